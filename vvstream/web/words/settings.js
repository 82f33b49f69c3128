// What the server's settings are, in the languages that the server itself does not speak.

import { language } from "./language.js";

/** @type {Record<string, Record<string, string>>} */
const ABOUT = {
  zh: {
    steps: "客户端未指定时的推理步数",
    cfg: "客户端未指定时的 CFG 强度",
    speed: "客户端未指定时的语速",
    seed: "客户端未指定时的随机种子",
    log_level: "服务器日志的级别",
    "session.text_characters": "一次调用的字数；会话中为尚未读出的字数",
    "session.lead_seconds": "音频比听者最多提前的秒数",
    "session.window_seconds": "已生成但未确认或未发送的音频秒数",
    "session.replay_seconds": "为断线续传保留的已发送音频秒数",
    "session.session_ttl": "断线的会话保留的秒数",
    "session.sessions": "同时存在的会话数",
    "session.idle_seconds": "没有动静的会话在多少秒后关闭",
    "session.stall_seconds": "不再接收数据的连接在多少秒后断开",
    "session.idle_flush_ms": "文本停顿多少毫秒后读出已有部分",
    "server.connections": "同时打开的连接数",
    "access.connections_per_minute": "每个密钥或地址每分钟的连接数；0 为不限",
    "access.characters_per_minute": "每个密钥或地址每分钟的字数；0 为不限",
    "access.sessions": "每个密钥或地址的会话数；0 为不限",
    "admission.memory_share": "引擎内存占用超过此比例时拒绝新来者",
    "admission.lateness_ms": "合成延迟超过此毫秒数时拒绝新来者",
    "admission.retry_seconds": "请被拒绝者等待的秒数",
  },
  ja: {
    steps: "指定のないクライアントの推論ステップ数",
    cfg: "指定のないクライアントの CFG スケール",
    speed: "指定のないクライアントの速さ",
    seed: "指定のないクライアントの乱数の種",
    log_level: "サーバーのログの詳しさ",
    "session.text_characters": "一度の呼び出しの文字数。セッションではまだ読まれていない文字数",
    "session.lead_seconds": "聞き手より先に作っておく音声の秒数",
    "session.window_seconds": "確認されていない、または送られていない音声の秒数",
    "session.replay_seconds": "再接続のために残す送信済み音声の秒数",
    "session.session_ttl": "切れたセッションを残しておく秒数",
    "session.sessions": "同時に存在するセッションの数",
    "session.idle_seconds": "何も起きないセッションを閉じるまでの秒数",
    "session.stall_seconds": "受け取らなくなった接続を切るまでの秒数",
    "session.idle_flush_ms": "文章が途切れてから読み上げるまでのミリ秒",
    "server.connections": "同時に開いている接続の数",
    "access.connections_per_minute": "キーまたはアドレスごとの毎分の接続数。0 は無制限",
    "access.characters_per_minute": "キーまたはアドレスごとの毎分の文字数。0 は無制限",
    "access.sessions": "キーまたはアドレスごとのセッション数。0 は無制限",
    "admission.memory_share": "エンジンのメモリ使用率がこれを超えると新規を断る",
    "admission.lateness_ms": "合成の遅れがこのミリ秒を超えると新規を断る",
    "admission.retry_seconds": "断られた側に待ってもらう秒数",
  },
};

/**
 * What a setting is: in the page's language, where it is known here, else in the server's words.
 * @param {string} name
 * @param {string} told by the server
 */
export function about(name, told) {
  return ABOUT[language()]?.[name] ?? told;
}
