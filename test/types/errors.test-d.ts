import { type EndReason, isSessionError, SessionError, type SessionErrorCode } from "sojourn";
import { expectTypeOf, test } from "vitest";

test("a switch over the code is exhaustive", () => {
  const say = ({ code }: SessionError): string => {
    switch (code) {
      case "ERR_INVALID_OPTION":
      case "ERR_SIGNED_OUT":
      case "ERR_SESSION_ENDED":
      case "ERR_REJECTED":
      case "ERR_UNAVAILABLE":
      case "ERR_TIMEOUT":
      case "ERR_BAD_REPLY":
      case "ERR_NO_CREDENTIAL":
      case "ERR_NOT_EXTENDABLE":
      case "ERR_NOT_FRESH":
      case "ERR_REDIRECTED":
      case "ERR_UNSUPPORTED":
      case "ERR_DESTROYED":
        return code;
      default:
        expectTypeOf(code).toEqualTypeOf<never>();
        return code;
    }
  };
  expectTypeOf(say).returns.toEqualTypeOf<string>();
});

test("a code that does not exist is not compared with", () => {
  const error = new SessionError("ERR_TIMEOUT", "no");
  // @ts-expect-error: there is no such code
  if (error.code === "ERR_LOGGED_OUT") return;
  // @ts-expect-error: there is no such code
  new SessionError("ERR_LOGGED_OUT", "no");
});

test("whatever was caught can be asked whether it is one", () => {
  const caught: unknown = undefined;
  if (isSessionError(caught)) {
    expectTypeOf(caught).toEqualTypeOf<SessionError>();
    expectTypeOf(caught.code).toEqualTypeOf<SessionErrorCode>();
    expectTypeOf(caught.reason).toEqualTypeOf<EndReason | undefined>();
    expectTypeOf(caught.retryAfter).toEqualTypeOf<number | undefined>();
    expectTypeOf(caught.option).toEqualTypeOf<string | undefined>();
    expectTypeOf(caught.status).toEqualTypeOf<number | undefined>();
  } else expectTypeOf(caught).toEqualTypeOf<unknown>();
});

test("an error is an Error, and says so by its name", () => {
  expectTypeOf<SessionError>().toExtend<Error>();
  expectTypeOf<SessionError["name"]>().toEqualTypeOf<"SessionError">();
});
