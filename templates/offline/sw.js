/**
 * The service worker. It keeps one page that is about nobody, and the files that page is made of;
 * no other answer is ever put into the cache. Everything comes from the network as long as there
 * is one.
 */

const KEPT = {{ kept|safe }};

/** Without cookies: what is kept cannot be anybody's. @param {string} address */
const anonymous = (address) => new Request(address, { credentials: "omit", cache: "no-store" });

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(KEPT.cache);
    await cache.addAll([KEPT.page, ...KEPT.files].map(anonymous));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("emotionweb-"));
    await Promise.all(old.filter((name) => name !== KEPT.cache).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/** @param {Request} request @param {string} address of what is kept for it */
async function networkFirst(request, address) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(KEPT.cache);
    const kept = await cache.match(address, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(networkFirst(request, KEPT.page));
  else if (KEPT.files.includes(pathname)) event.respondWith(networkFirst(request, pathname));
});

// A reminder on a phone; what runs on a page goes on.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    const [page] = await self.clients.matchAll({ type: "window" });
    await (page ? page.focus() : self.clients.openWindow("/"));
  };
  event.waitUntil(open());
});
