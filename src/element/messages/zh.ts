import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "您即将退出登录",
  "idle.text": "由于您长时间未操作，为保障您的安全，我们将在{time}后让您退出登录。",
  "absolute.title": "您的会话即将结束",
  "absolute.text":
    "为保障您的安全，每次会话都有时长限制。本次会话将在{time}后结束，且无法延长：请先完成手头的工作，然后重新登录。",
  stay: "保持登录",
  "stay.pending": "正在保持登录…",
  ok: "确定",
  signOut: "退出登录",
  "signOut.pending": "正在退出登录…",
  failed: "操作未成功：无法连接服务器。请重试。",
  left: "距离退出登录还有{time}。",
  extended: "您仍处于登录状态。",
  offline: "无法连接服务器。您仍处于登录状态，我们会继续尝试。",
  soon: "即将退出登录",
  "ended.title": "您已退出登录",
  "ended.idle": "由于您长时间未操作，为保障您的安全，我们已让您退出登录。",
  "ended.absolute": "由于会话已达到时长上限，为保障您的安全，我们已让您退出登录。",
  "ended.logout": "您已在其他标签页或其他设备上退出登录。",
  "ended.rejected": "服务器已结束您的会话。",
  "ended.replaced": "其他人已在此浏览器中登录。",
  signIn: "重新登录",
};
