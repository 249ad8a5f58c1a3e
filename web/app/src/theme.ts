import { type CSSVariablesResolver, type MantineColorsTuple, createTheme } from "@mantine/core";

/** Mantine's dark greys are warm; these are a little blue, as the rest of the app is. */
const DARK: MantineColorsTuple = [
  "#d5dae0",
  "#b4bcc6",
  "#98a1ac",
  "#6b7580",
  "#434b55",
  "#343b44",
  "#262c33",
  "#1c2025",
  "#16191d",
  "#101215",
];

export const theme = createTheme({
  colors: { dark: DARK },
  primaryColor: "cyan",
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: "sm",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Mantine's filled buttons get lighter under the pointer, too light for their white text. */
const FILLED_HOVER = "#095c6b";

/** Secondary text and placeholders in Mantine's own greys miss the contrast that small text needs. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-primary-color-filled-hover": FILLED_HOVER,
    "--mantine-color-cyan-filled-hover": FILLED_HOVER,
    "--mantine-color-dimmed": "#56606a",
    "--mantine-color-placeholder": "#6b747d",
    "--mantine-color-error": "#c92a2a",
    "--td-surface": "#ffffff",
    "--td-surface-2": "#f4f6f8",
    "--td-hover": "#eef3f6",
    "--td-border": "#dde2e7",
    "--td-accent": "#0b7285",
    "--td-accent-soft": "#e3f4f7",
    "--td-visited": "#7a3e9d",
    "--td-error": "#c92a2a",
    "--td-warn": "#a04a00",
    "--td-note": "#2b8a3e",
    "--td-stage": "#dfe4e9",
  },
  dark: {
    "--mantine-primary-color-filled-hover": FILLED_HOVER,
    "--mantine-color-cyan-filled-hover": FILLED_HOVER,
    "--mantine-color-body": "#16191d",
    "--mantine-color-dimmed": "#a3acb6",
    "--mantine-color-placeholder": "#8f98a3",
    "--mantine-color-error": "#ff8787",
    "--td-surface": "#1c2025",
    "--td-surface-2": "#16191d",
    "--td-hover": "#262c33",
    "--td-border": "#343b44",
    "--td-accent": "#5fd0e2",
    "--td-accent-soft": "#12363d",
    "--td-visited": "#cfa3f2",
    "--td-error": "#ff8787",
    "--td-warn": "#ffb45e",
    "--td-note": "#51cf66",
    "--td-stage": "#0f1114",
  },
});
