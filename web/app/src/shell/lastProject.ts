const KEY = "tapedeck.project";

export function lastProject(): string | null {
  return localStorage.getItem(KEY);
}

export function rememberProject(slug: string): void {
  localStorage.setItem(KEY, slug);
}
