// What a page needs of the browser itself: its language in <html lang>, a button that copies the link, and what
// Streamlit's own elements lack for a keyboard or a screen reader.

function mend() {
  for (const drop of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) drop.setAttribute("role", "group");
  for (const box of document.querySelectorAll(".katex-display, [data-testid=stMarkdown] table, [data-testid=stCode] pre"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // what scrolls must be reachable by keyboard
}

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.language;
  let due = 0;
  const watcher = new MutationObserver(() => { due ||= requestAnimationFrame(() => { due = 0; mend(); }); });
  watcher.observe(document.body, { childList: true, subtree: true });
  mend();
  const [button, status] = ["button", "span"].map((tag) => parentElement.querySelector(tag));
  button.textContent = data.copy;
  status.textContent = "";
  button.onclick = async () => {
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
  return () => watcher.disconnect();
}
