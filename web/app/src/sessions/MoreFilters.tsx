import { Button, Popover, Select, Stack } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconX } from "@tabler/icons-react";
import classes from "./FilterBar.module.css";
import { TextFilter } from "./TextFilter";
import { DEVICES, type Filters, isTag } from "./filters";

interface MoreFiltersProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** The filters that are wanted less often, behind a button; those that are set are named beside it. */
export function MoreFilters({ filters, onChange }: MoreFiltersProps) {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const device = DEVICES.find(({ value }) => value !== "" && value === filters.device);
  return (
    <>
      {/* What is typed filters also if the fields are closed at once, so they stay mounted. */}
      <Popover position="bottom-start" width={250} trapFocus returnFocus keepMounted>
        <Popover.Target>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconAdjustmentsHorizontal size={12} aria-hidden />}
            data-testid="more-filters"
          >
            More filters
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="More filters">
          <Stack gap="sm">
            <TextFilter
              label="Tag"
              description="As name:value, both exact"
              placeholder="plan:pro"
              value={filters.tag}
              accepts={isTag}
              onCommit={(tag) => set({ tag })}
              testId="filter-tag"
            />
            <TextFilter
              label="Custom event"
              description="Its exact name"
              placeholder="checkout started"
              value={filters.event}
              onCommit={(event) => set({ event })}
              testId="filter-event"
            />
            <TextFilter
              label="Browser"
              description="How its name begins"
              placeholder="chrome"
              value={filters.browser}
              onCommit={(browser) => set({ browser })}
              testId="filter-browser"
            />
            <TextFilter
              label="System"
              description="How its name begins"
              placeholder="windows"
              value={filters.os}
              onCommit={(os) => set({ os })}
              testId="filter-os"
            />
            <Select
              label="Device"
              size="xs"
              data={DEVICES.map(({ value, label }) => ({ value, label }))}
              value={filters.device}
              allowDeselect={false}
              onChange={(next) => set({ device: next ?? "" })}
              comboboxProps={{ withinPortal: false }}
              data-testid="filter-device"
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {filters.tag && <Pill label={`Tag ${filters.tag}`} onRemove={() => set({ tag: "" })} />}
      {filters.event && <Pill label={`Event ${filters.event}`} onRemove={() => set({ event: "" })} />}
      {filters.browser && <Pill label={`Browser ${filters.browser}`} onRemove={() => set({ browser: "" })} />}
      {filters.os && <Pill label={`System ${filters.os}`} onRemove={() => set({ os: "" })} />}
      {device && <Pill label={device.label} onRemove={() => set({ device: "" })} />}
    </>
  );
}

/** A filter that is set; a click takes it out. */
function Pill({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant="light"
      className={classes["pill"]}
      rightSection={<IconX size={12} aria-hidden />}
      onClick={onRemove}
      data-testid="filter-pill"
    >
      <span className="visually-hidden">Remove the filter </span>
      {label}
    </Button>
  );
}
