import { Button, Chip, Group, Select, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import classes from "./FilterBar.module.css";
import { MoreFilters } from "./MoreFilters";
import { TextFilter } from "./TextFilter";
import { type Filters, MIN_DURATIONS, NO_FILTERS, RANGES, SORTS, countFilters } from "./filters";

interface FilterBarProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

export function FilterBar({ filters, onChange }: FilterBarProps) {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const options = (list: readonly { value: string; label: string }[]) =>
    list.map(({ value, label }) => ({ value, label }));
  return (
    <section className={classes["bar"]} aria-label="Filters">
      <TextFilter
        aria-label="Ids, entry URL and tag values"
        placeholder="Id, entry URL or tag"
        className={classes["wide"]}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filters.q}
        onCommit={(q) => set({ q })}
        testId="filter-q"
      />
      <TextFilter
        aria-label="User id (exact)"
        placeholder="User id (exact)"
        value={filters.user}
        onCommit={(user) => set({ user })}
        testId="filter-user"
      />
      <TextFilter
        aria-label="Page"
        placeholder="Page URL"
        value={filters.url}
        onCommit={(url) => set({ url })}
        testId="filter-url"
      />
      <Select
        aria-label="Time range"
        size="xs"
        w={138}
        data={options(RANGES)}
        value={filters.range}
        allowDeselect={false}
        onChange={(range) => set({ range: range ?? "" })}
        data-testid="filter-range"
      />
      {filters.range === "custom" && (
        <Group gap={6} wrap="nowrap">
          <InstantInput label="From" value={filters.from} onCommit={(from) => set({ from })} />
          <InstantInput label="To" value={filters.to} onCommit={(to) => set({ to })} />
        </Group>
      )}
      <Select
        aria-label="Shortest duration"
        size="xs"
        w={108}
        data={options(MIN_DURATIONS)}
        value={filters.minSeconds === null ? "" : String(filters.minSeconds)}
        allowDeselect={false}
        onChange={(min) => set({ minSeconds: min ? Number(min) : null })}
        data-testid="filter-min-duration"
      />
      <Chip
        size="xs"
        variant="outline"
        checked={filters.hasErrors}
        onChange={(hasErrors) => set({ hasErrors })}
        data-testid="filter-errors"
      >
        Errors
      </Chip>
      <Chip
        size="xs"
        variant="outline"
        checked={filters.rage}
        onChange={(rage) => set({ rage })}
        data-testid="filter-rage"
      >
        Rage clicks
      </Chip>
      <MoreFilters filters={filters} onChange={onChange} />
      {countFilters(filters) > 0 && (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconX size={12} aria-hidden />}
          onClick={() => onChange({ ...NO_FILTERS, sort: filters.sort })}
          data-testid="filter-clear"
        >
          Clear
        </Button>
      )}
      <Select
        aria-label="Order"
        size="xs"
        w={130}
        ml="auto"
        data={options(SORTS)}
        value={filters.sort}
        allowDeselect={false}
        onChange={(sort) => set({ sort: sort ?? NO_FILTERS.sort })}
        data-testid="sort"
      />
    </section>
  );
}

interface InstantInputProps {
  label: string;
  value: number | null;
  onCommit: (at: number | null) => void;
}

function InstantInput({ label, value, onCommit }: InstantInputProps) {
  return (
    <TextInput
      aria-label={label}
      size="xs"
      type="datetime-local"
      defaultValue={value === null ? "" : toLocalInput(value)}
      onChange={(event) => {
        const at = new Date(event.currentTarget.value).getTime();
        onCommit(Number.isNaN(at) ? null : at);
      }}
    />
  );
}

function toLocalInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
