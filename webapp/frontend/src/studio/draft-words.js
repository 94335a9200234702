// What is said about a draft, in the language of the page.
const zh = {
  loading: "正在打开…",
  clean: "已保存（第 {revision} 次保存，{at}）",
  untouched: "没有未保存的修改",
  dirty: "有修改，正在等待保存…",
  saving: "正在保存…",
  offline: "网络断开，修改已留在本机；恢复后自动保存",
  failing: "保存不成功，修改已留在本机；{seconds} 秒后重试",
  expired: "登录已失效，修改已留在本机；请在新窗口登录，之后自动保存",
  moved: "{by}已于 {at} 保存了新内容，您的修改没有保存",
  refused: "没有保存：{why}",
  closed: "不能再保存：{why}",
  readonly: "只读：这项变更已不能修改",
  newer: "{by}于 {at} 保存了新内容",
  others: "同时打开的还有：{names}",
  decide: "处理",
  take: "载入新内容",
  signIn: "登录",
  movedTitle: "别人先保存了",
  movedText: "{by}于 {at} 保存了这个文件的新内容（第 {revision} 次保存）。您的修改还在本页，没有覆盖对方的内容。",
  seeBoth: "比较两份内容，再决定保留哪一份",
  takeTheirs: "采用对方的内容（我的先下载为文件）",
  keepMine: "把我的下载到本机（不存入变更），暂不载入对方的",
  later: "稍后再定",
  restoreTitle: "本机留有未保存的修改",
  restoreText: "上次在 {at} 关闭或中断时，有修改还没有保存到服务器。",
  restore: "恢复这些修改",
  discard: "不要了（先下载为文件）",
  somebody: "另一位同事",
};

const en = {
  loading: "Opening…",
  clean: "Saved (save {revision}, {at})",
  untouched: "No unsaved changes",
  dirty: "Changed, about to be saved…",
  saving: "Saving…",
  offline: "The network is gone; your changes are kept on this computer and saved when it is back",
  failing: "Saving failed; your changes are kept on this computer; next try in {seconds} s",
  expired: "You are signed out; your changes are kept on this computer. Sign in in a new window, then they are saved",
  moved: "{by} saved newer contents at {at}; your changes are not saved",
  refused: "Not saved: {why}",
  closed: "This can no longer be saved: {why}",
  readonly: "Read only: this change can no longer be edited",
  newer: "{by} saved newer contents at {at}",
  others: "Also open with: {names}",
  decide: "Decide",
  take: "Load them",
  signIn: "Sign in",
  movedTitle: "Somebody else saved first",
  movedText: "{by} saved newer contents of this file at {at} (save {revision}). Your changes are still on this page and have overwritten nothing.",
  seeBoth: "See both contents, then decide which one stays",
  takeTheirs: "Take theirs (mine is downloaded as a file first)",
  keepMine: "Download mine to this computer (not saved in the change), load nothing yet",
  later: "Decide later",
  restoreTitle: "Unsaved changes are on this computer",
  restoreText: "When this page was closed or broke off at {at}, some changes had not reached the server.",
  restore: "Restore these changes",
  discard: "Discard them (downloaded as a file first)",
  somebody: "A colleague",
};

/** The texts of a language, by key. */
export function wordsOf(language) {
  return language.startsWith("en") ? en : zh;
}

/** A text with {name} and the like filled in. */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in facts ? facts[key] : whole));
}
