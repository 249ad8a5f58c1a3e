/**
 * Keeps the keyboard's focus out of a frame: a dialog that opens in the picture draws it in, away from whoever is
 * typing beside it. Returns what ends that.
 */
export function keepFocusOut(iframe: HTMLIFrameElement): () => void {
  let last: EventTarget | null = null;
  const onFocusOut = (event: FocusEvent) => (last = event.target);
  const giveBack = () => {
    if (document.activeElement !== iframe) return;
    if (last instanceof HTMLElement && last !== iframe && last.isConnected)
      last.focus({ preventScroll: true });
    else iframe.blur();
  };
  // The frame's gain is told to its page only as a loss of the window's own focus, and while it is under way:
  // what is done within the event comes to nothing.
  const onBlur = () => setTimeout(giveBack);
  document.addEventListener("focusout", onFocusOut);
  window.addEventListener("blur", onBlur);
  return () => {
    document.removeEventListener("focusout", onFocusOut);
    window.removeEventListener("blur", onBlur);
  };
}
