import { useCallback, useEffect, useRef, useState } from "react";

/** Shows one element in full screen. */
export function useFullscreen() {
  const ref = useRef<HTMLElement>(null);
  const [isFullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const update = () => setFullscreen(document.fullscreenElement === ref.current && ref.current !== null);
    document.addEventListener("fullscreenchange", update);
    return () => document.removeEventListener("fullscreenchange", update);
  }, []);
  const toggle = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else ref.current?.requestFullscreen().catch(() => undefined);
  }, []);
  return { ref, isFullscreen, toggle };
}
