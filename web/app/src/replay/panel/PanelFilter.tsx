import { SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import classes from "./tabs.module.css";

interface PanelFilterProps {
  label: string;
  text: string;
  onText: (text: string) => void;
  choice?: string;
  choices?: readonly { value: string; label: string }[];
  onChoice?: (choice: string) => void;
}

/** The line above a list: a text to look for, and which kind to show. */
export function PanelFilter({ label, text, onText, choice, choices, onChoice }: PanelFilterProps) {
  return (
    <div className={classes["filter"]}>
      <TextInput
        size="xs"
        aria-label={label}
        placeholder="Filter"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        className={classes["filterText"]}
      />
      {choices && choice !== undefined && (
        <SegmentedControl
          size="xs"
          aria-label="Kind"
          value={choice}
          data={choices.map(({ value, label: name }) => ({ value, label: name }))}
          onChange={(value) => onChoice?.(value)}
        />
      )}
    </div>
  );
}
