// The screen before its first answers: still, and of about the size that it will have.

const kTiles = ['Received', 'Dead letters by reason', 'By contract', 'By file'];

export function HealthSkeleton() {
  return (
    <div class="tiles" aria-busy="true" data-testid="health-skeleton">
      {kTiles.map((title, index) => (
        <section class={`card tile ${index === 0 ? 'whole' : 'third'}`} key={title}>
          <header class="tile-head">
            <h2>{title}</h2>
          </header>
          <div class="blank-rows" />
        </section>
      ))}
    </div>
  );
}
