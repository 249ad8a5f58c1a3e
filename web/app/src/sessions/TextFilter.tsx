import { TextInput } from "@mantine/core";
import { type ComponentPropsWithoutRef, useEffect, useRef, useState } from "react";

interface TextFilterProps extends Omit<ComponentPropsWithoutRef<typeof TextInput>, "onChange" | "value"> {
  value: string;
  onCommit: (value: string) => void;
  /** Whether this can be filtered by, or more must be typed. */
  accepts?: (text: string) => boolean;
  testId: string;
}

const TYPING_MS = 300;

/** A text field that filters once typing rests, and follows the address when that changes by other means. */
export function TextFilter({ value, onCommit, accepts, testId, ...rest }: TextFilterProps) {
  const [text, setText] = useState(value);
  const committed = useRef(value);
  const commit = useRef((_: string) => {});
  commit.current = (next) => {
    if (next !== "" && accepts && !accepts(next)) return;
    committed.current = next;
    onCommit(next);
  };
  useEffect(() => {
    // What was committed here comes back, maybe after more was typed.
    if (value !== committed.current) setText(value);
    committed.current = value;
  }, [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => commit.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <TextInput
      size="xs"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Enter" && commit.current(text)}
      data-testid={testId}
      {...rest}
    />
  );
}
