// What a page needs of the browser itself: its language in <html lang>, and a button that copies the link.

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.language;
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
}
