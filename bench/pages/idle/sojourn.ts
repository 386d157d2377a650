import session from "../subjects/sojourn-cookies.js";

export default async function start(): Promise<void> {
  await session.signIn();
}
