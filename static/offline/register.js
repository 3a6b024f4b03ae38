/** Hands the site to the service worker, in the language of the page. */
export async function registerWorker() {
  const home = document.querySelector("link[rel='manifest']");
  // Not on plain http from another machine: there browsers have no service workers.
  if (!home || !("serviceWorker" in navigator)) return;
  const language = encodeURIComponent(document.documentElement.lang);
  try {
    await navigator.serviceWorker.register(`/sw.js?lang=${language}`, { scope: "/" });
  } catch {
    // The site works without it, as long as the server answers.
  }
}
