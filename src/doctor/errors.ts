/** Nothing can be examined: the server is not there, nobody can sign in, or the command was given wrongly. */
export class CannotExamine extends Error {
  override readonly name = "CannotExamine";
}

/** One check cannot be run. The report says why. */
export class NotRun extends Error {
  override readonly name = "NotRun";
}
