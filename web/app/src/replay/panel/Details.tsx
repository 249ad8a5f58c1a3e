import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./tabs.module.css";

interface DetailsProps {
  /** What is taken along when it is copied. */
  text: string;
  title?: string;
  children?: ReactNode;
}

/** A part of an opened row: recorded text, and a button that copies it. */
export function Details({ text, title, children }: DetailsProps) {
  const clipboard = useClipboard();
  const copy = () => {
    // Without TLS browsers have no clipboard for pages: show the text so that it can be taken by hand.
    if (navigator.clipboard) clipboard.copy(text);
    else window.prompt("Copy", text);
  };
  return (
    <section className={classes["part"]}>
      <div className={classes["partHead"]}>
        {title && <h3>{title}</h3>}
        <Button size="compact-xs" variant="default" onClick={copy} data-testid="copy">
          {clipboard.copied ? "Copied" : "Copy"}
        </Button>
      </div>
      {children}
    </section>
  );
}
