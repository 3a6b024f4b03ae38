/** Put what the page shows of check-ins in its place anew. */
export async function refresh() {
  const stale = [...document.querySelectorAll("[data-after-check-in]")];
  if (stale.length === 0) return;
  try {
    const text = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const old of stale) {
      const next = fresh.getElementById(old.id);
      if (next) old.replaceWith(document.adoptNode(next));
    }
  } catch {
    // It is stored; the next page shows it.
  }
}
