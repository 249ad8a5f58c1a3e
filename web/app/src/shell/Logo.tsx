export function Logo({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect x="1" y="5" width="30" height="22" rx="4" fill="#0c8599" />
      <circle cx="10.5" cy="15" r="4" fill="#fff" />
      <circle cx="21.5" cy="15" r="4" fill="#fff" />
      <circle cx="10.5" cy="15" r="1.4" fill="#0c8599" />
      <circle cx="21.5" cy="15" r="1.4" fill="#0c8599" />
      <path d="M8 27l2.2-4.5h11.6L24 27z" fill="#0b7285" />
    </svg>
  );
}
