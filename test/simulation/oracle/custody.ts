import type { SharedRecord } from "../../../src/core/record.js";
import type { LoggedRequest } from "../../../src/testing/network.js";
import type { FaultKind } from "../faults.js";
import type { ActionName } from "../schedule.js";
import { type Call, isLive, recordOf, runs, type Seat } from "../seat.js";
import type { Invariant } from "./oracle.js";
import { isEnd, TO_WORKER } from "./wire.js";

const DISK_FAULTS: readonly FaultKind[] = ["diskHang", "diskError", "diskSlow"];

/**
 * I-custody: tokens belong to one position of one session. All tabs at one position hand out the same one, and send none of another session; what lies on
 * the disk belongs to the record there, under a key that no other epoch had, and is gone with the end; nothing that was
 * used in a session goes to the server after the tab has shown its end, but to be revoked. A tab that is opened, or
 * reloaded, beside the one that has the newest tokens goes on with its session and asks the server nothing; so does one
 * that finds them sealed on the disk.
 *
 * Aside: what somebody else wrote into the storage, and what became of it while the disk did not work or lied; an end
 * that was forged. Messages that were lost or late, a page that stood still, and insecure contexts for those who are
 * opened.
 */
export const custody: Invariant = (view) => {
  const { setting, machine } = view;
  if (setting.tokens === "none") return {};
  const idle = setting.ownIdle ?? 15 * 60_000;
  const handedOut = new Map<string, { token: string; by: string }>();
  /** The epoch that each key was used for, and what it sealed first. */
  const keys = new Map<string, { epoch: number; first: string }>();
  let key = "";
  /** Tokens that a tab used, or had used by its worker, in the session that it shows; and those of ended ones. */
  const inUse = new Map<Seat, Set<string>>();
  const spent = new Map<Seat, Map<string, number>>();
  /** Who has put the newest tokens on record. */
  let holder: { readonly seat: Seat; readonly at: SharedRecord } | undefined;
  const opened = new Map<Call, { readonly at: SharedRecord; readonly beside: Seat | undefined }>();
  const owners = new Map<string, number>();
  let refreshes = -1;
  let begun = 0;
  /** The session of the server that a session of the tabs is. */
  const sessionOf = new Map<string, number>();
  /** The session that a tab is in, and since when. */
  const named = new Map<Seat, { readonly prefix: string | undefined; readonly since: number }>();
  const tampered = (but?: ActionName) =>
    view.broken(but) ||
    setting.storage === "memory" ||
    (["forgedEnd", "forgedRecord", "badRecord", "clearDisk"] as const).some(
      (it) => it !== but && view.lastAction(it) >= 0,
    );

  const tokenIn = ({ path, headers, body }: LoggedRequest) =>
    path === "/token"
      ? new URLSearchParams(body).get("refresh_token")
      : headers.authorization?.replace("Bearer ", "");

  const quietly = () =>
    !tampered() &&
    setting.crypto === "there" &&
    setting.channel === "there" &&
    view.lastAction("replay") < 0 &&
    (["loseMessage", "lateMessage", "reorder"] as const).every((kind) => view.lastFault(kind) < 0);

  function wentOn(call: Call) {
    const { seat, at, settledAt } = call;
    const found = opened.get(call);
    opened.delete(call);
    // A disk that was slow while it looked for tokens: it looks again when it has had no turn to ask the server.
    if (DISK_FAULTS.some((kind) => view.lastFault(kind) >= at)) return;
    const stood = (it: Seat) => !runs(it) || it.runningSince > at;
    if (!found || !quietly() || stood(seat) || (found.beside && stood(found.beside))) return;
    const now = machine.disk.read("sojourn.default") as SharedRecord | undefined;
    if (!now?.live || now.prefix !== found.at.prefix || now.sequence !== found.at.sequence) return;
    if (view.calls.some((it) => it !== call && it.seat === seat && it.at >= at)) return;
    // It is over by then, for whoever would have handed it over, or by the clock.
    if (found.beside && !isLive(found.beside)) return;
    const wall = seat.tab.platform.clock.wall() + 1000;
    if (wall >= Math.min(now.absoluteAt, now.activityAt + idle, found.at.activityAt + idle)) return;
    const where = found.beside ? `beside ${found.beside.name}` : "with sealed tokens on the disk";
    if (!isLive(seat)) view.fail("I-custody", `${seat.name} is opened ${where} and does not go on`);
    if (
      machine.network.log.some((it) => it.tab === seat.name && it.at >= at && it.at <= (settledAt as number))
    )
      view.fail("I-custody", `${seat.name} is opened ${where} and asks the server`);
  }

  /** Which session of the server each token is of. */
  function learn() {
    const { metrics, sessions } = machine.server;
    if (metrics.refreshes === refreshes && sessions.length === begun) return;
    refreshes = metrics.refreshes;
    begun = sessions.length;
    for (const it of sessions as unknown as { epoch: number; accessToken: string; refreshToken: string }[])
      owners.set(it.accessToken, it.epoch).set(it.refreshToken, it.epoch);
  }

  function belongs(seat: Seat, token: string, path: string) {
    learn();
    const { prefix, since } = named.get(seat) ?? { prefix: undefined, since: 0 };
    const owner = owners.get(token);
    // Storage that was cleared is no excuse: the session that begins there has a name of its own.
    if (!isLive(seat) || !prefix || owner === undefined || tampered("clearDisk")) return;
    // It was asked for before, and was on its way.
    if (recordOf(seat)?.prefix !== prefix || view.now() - since <= TO_WORKER) return;
    const before = sessionOf.get(prefix);
    if (before !== undefined && before !== owner)
      view.fail(
        "I-custody",
        `${seat.name} sends a token of session ${owner} to ${path} in session ${before}`,
      );
    sessionOf.set(prefix, owner);
  }

  return {
    called(call) {
      const { seat, name } = call;
      if (name !== "start" || view.calls.some((it) => it !== call && it.seat === seat) || !quietly()) return;
      const record = machine.disk.read("sojourn.default") as SharedRecord | undefined;
      if (!record?.live || !holder) return;
      const { at } = holder;
      const newest = at.prefix === record.prefix && at.sequence === record.sequence;
      if (setting.tokens === "sealed") opened.set(call, { at: record, beside: undefined });
      else if (newest && runs(holder.seat) && isLive(holder.seat))
        opened.set(call, { at: record, beside: holder.seat });
    },
    wrote(seat, before, after) {
      const renewed = after?.prefix !== before?.prefix || after?.sequence !== before?.sequence;
      if (after?.live && renewed) holder = { seat, at: after };
    },
    settled(call) {
      const { seat, name, value, error } = call;
      wentOn(call);
      if (name !== "token" || error !== undefined || !isLive(seat)) return;
      const record = recordOf(seat);
      if (!record) return;
      const position = `${record.prefix} ${record.epoch}.${record.sequence}`;
      const before = handedOut.get(position);
      if (!before) handedOut.set(position, { token: String(value), by: seat.name });
      else if (before.token !== value && !view.broken())
        view.fail("I-custody", `${seat.name} and ${before.by} hand out different tokens of ${position}`);
    },
    keptBeside(seat, name, value) {
      if (value === undefined) return;
      if (name === "key") {
        key = (value as { key: { fake: string } }).key.fake;
        return;
      }
      const { epoch, sealed } = value as { epoch: number; sealed: { tag: string } };
      const before = keys.get(key);
      // The same tokens once more: the sign-in was given up while it was written, and is written again.
      if (before && before.epoch !== epoch && before.first !== sealed.tag && !tampered())
        view.fail("I-custody", `${seat.name} seals epoch ${epoch} with the key of epoch ${before.epoch}`);
      keys.set(key, { epoch, first: before?.first ?? sealed.tag });
    },
    shown(seat, before) {
      const wasLive = before.status === "active" || before.status === "warning";
      if (isLive(seat)) {
        if (!wasLive) inUse.set(seat, new Set());
        return;
      }
      if (seat.state.status !== "ended" || !wasLive) return;
      const over = spent.get(seat) ?? new Map();
      for (const token of inUse.get(seat) ?? []) over.set(token, view.now());
      spent.set(seat, over);
    },
    sent(request) {
      const seat = view.seat(request.tab);
      const token = tokenIn(request);
      if (!seat || !token) return;
      const endedAt = spent.get(seat)?.get(token);
      if (endedAt !== undefined && request.at > endedAt + TO_WORKER && !tampered())
        view.fail(
          "I-custody",
          `${seat.name} sends a token to ${request.path} of a session whose end it has shown`,
        );
      if (isLive(seat)) inUse.get(seat)?.add(token);
      if (!isEnd(request)) belongs(seat, token, request.path);
    },
    stepped(now) {
      learn();
      for (const seat of view.seats) {
        const prefix = recordOf(seat)?.prefix;
        if (named.get(seat)?.prefix !== prefix) named.set(seat, { prefix, since: now });
      }
      if (setting.tokens !== "sealed" || tampered() || view.lastAction("replay") >= 0) return;
      const read = (value?: string) => machine.disk.read("sojourn.default", value);
      const record = read() as SharedRecord | undefined;
      const tokens = read("tokens") as { epoch: number; sequence: number } | undefined;
      const lock = read("key") as { epoch: number } | undefined;
      if (!record) return;
      if (!record.live) {
        if (tokens || lock) view.fail("I-custody", "sealed tokens lie on the disk after the end");
      } else if (tokens && (tokens.epoch !== record.epoch || tokens.sequence !== record.sequence))
        view.fail(
          "I-custody",
          `the tokens of ${tokens.epoch}.${tokens.sequence} lie beside the record of ${record.epoch}.${record.sequence}`,
        );
      else if (setting.crypto === "there" && (!tokens || lock?.epoch !== record.epoch))
        view.fail("I-custody", `no tokens lie beside the record of ${record.epoch}.${record.sequence}`);
    },
  };
};
