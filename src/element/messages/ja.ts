import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "まもなくサインアウトします",
  "idle.text": "操作がないため、セキュリティ保護のため{time}後にサインアウトします。",
  "absolute.title": "まもなくセッションが終了します",
  "absolute.text":
    "セキュリティ保護のため、セッションには制限時間があります。このセッションはあと{time}で終了し、延長できません。作業を終えてから、もう一度サインインしてください。",
  stay: "サインインを続ける",
  "stay.pending": "延長しています…",
  ok: "OK",
  signOut: "サインアウト",
  "signOut.pending": "サインアウトしています…",
  failed: "サーバーに接続できなかったため、完了できませんでした。もう一度お試しください。",
  left: "サインアウトまであと{time}です。",
  extended: "引き続きサインインしています。",
  offline: "サーバーに接続できません。サインインしたまま、再接続を試みています。",
  soon: "まもなくサインアウト",
  "ended.title": "サインアウトしました",
  "ended.idle": "操作がなかったため、セキュリティ保護のためサインアウトしました。",
  "ended.absolute": "セッションの制限時間に達したため、セキュリティ保護のためサインアウトしました。",
  "ended.logout": "別のタブまたは別の端末でサインアウトしました。",
  "ended.rejected": "サーバーがセッションを終了しました。",
  "ended.replaced": "このブラウザーで別の人がサインインしました。",
  signIn: "もう一度サインイン",
};
