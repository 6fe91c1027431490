// What a page needs of the browser itself: its language in <html lang>, a button that copies the link, and what
// Streamlit's own elements lack for a keyboard or a screen reader.

// Every control writes its value into the address. That is no place to go back to: Back leads to the page before.
const push = history.pushState;
if (!history.cnnviz) {
  history.cnnviz = true;
  history.pushState = function (state, title, url) {
    const here = url && new URL(url, location.href).pathname === location.pathname;
    return (here ? history.replaceState : push).call(history, state, title, url);
  };
}

function mend() {
  for (const drop of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) drop.setAttribute("role", "group");
  for (const box of document.querySelectorAll(".katex-display")) { // a formula shrinks until its result is in sight
    box.style.fontSize = "";
    if (box.scrollWidth > box.clientWidth) box.style.fontSize = `${Math.max(0.6, (0.98 * box.clientWidth) / box.scrollWidth)}em`;
  }
  for (const box of document.querySelectorAll(".katex-display, [data-testid=stMarkdown] table, [data-testid=stCode] pre"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // what scrolls must be reachable by keyboard
}

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.language;
  let due = 0;
  const watcher = new MutationObserver(() => { due ||= requestAnimationFrame(() => { due = 0; mend(); }); });
  watcher.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", mend);
  document.fonts.addEventListener("loadingdone", mend); // a formula is wider in its own font
  mend();
  const [button, status] = ["button", "span"].map((tag) => parentElement.querySelector(tag));
  button.textContent = data.copy;
  status.textContent = "";
  button.onclick = async () => {
    window.dispatchEvent(new Event("cnnviz-link")); // the stage writes down where it stands
    const done = () => { status.textContent = data.copied; setTimeout(() => { status.textContent = ""; }, 2500); };
    try {
      await navigator.clipboard.writeText(location.href);
      done();
    } catch { // no clipboard without https: show the link, selected, to be copied by hand
      const area = document.createElement("textarea");
      area.value = location.href;
      document.body.append(area);
      area.select();
      if (document.execCommand("copy")) done();
      else status.textContent = location.href;
      area.remove();
      button.focus();
    }
  };
  return () => { watcher.disconnect(); window.removeEventListener("resize", mend); document.fonts.removeEventListener("loadingdone", mend); };
}
