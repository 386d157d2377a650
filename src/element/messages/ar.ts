import type { Messages } from "./messages.js";

// The time stands alone after a colon: words for durations come in the nominative, whatever the sentence needs.
export const messages: Messages = {
  "idle.title": "سيتم تسجيل خروجك قريبًا",
  "idle.text": "حفاظًا على أمانك، سنسجّل خروجك بسبب عدم النشاط. الوقت المتبقي: {time}.",
  "absolute.title": "جلستك على وشك الانتهاء",
  "absolute.text":
    "حفاظًا على أمانك، مدة كل جلسة محدودة ولا يمكن تمديد هذه الجلسة. أكمل ما تعمل عليه، ثم سجّل الدخول من جديد. الوقت المتبقي: {time}.",
  stay: "متابعة الجلسة",
  "stay.pending": "جارٍ تمديد الجلسة…",
  ok: "حسنًا",
  signOut: "تسجيل الخروج",
  "signOut.pending": "جارٍ تسجيل الخروج…",
  failed: "لم تنجح العملية: يتعذّر الوصول إلى الخادم. يُرجى المحاولة مرة أخرى.",
  left: "الوقت المتبقي قبل تسجيل خروجك: {time}.",
  extended: "لا تزال جلستك مفتوحة.",
  offline: "يتعذّر الوصول إلى الخادم. لا تزال جلستك مفتوحة، ونحن نواصل المحاولة.",
  soon: "تسجيل الخروج قريبًا",
  "ended.title": "تم تسجيل خروجك",
  "ended.idle": "حفاظًا على أمانك، سجّلنا خروجك بسبب عدم النشاط.",
  "ended.absolute": "حفاظًا على أمانك، سجّلنا خروجك لأن جلستك بلغت حدّها الزمني.",
  "ended.logout": "لقد سجّلت الخروج في علامة تبويب أخرى أو على جهاز آخر.",
  "ended.rejected": "أنهى الخادم جلستك.",
  "ended.replaced": "سجّل شخص آخر الدخول باستخدام هذا المتصفح.",
  signIn: "تسجيل الدخول من جديد",
};
