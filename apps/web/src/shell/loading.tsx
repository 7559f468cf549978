/** Grey lines where the text will stand, so that nothing jumps when it comes. They do not move. */
export function Loading({ lines = 4, label }: { lines?: number; label: string }) {
  return (
    <div className="loading" role="status">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}
