/** What waits on this device, in IndexedDB. Every call fails where the browser keeps nothing. */

/** @typedef {import("./queue.js").Entry} Entry */

const NAME = "emotionweb";
const VERSION = 1;

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "id" });
      request.result.createObjectStore("facts");
    };
    request.onsuccess = () => {
      // A later version in another tab must not wait for this one.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
  return opened;
}

/**
 * @template T
 * @param {"entries" | "facts"} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>} once it is on the disk
 */
async function within(name, mode, work) {
  const transaction = (await database()).transaction(name, mode);
  const request = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const entries = {
  /** @returns {Promise<Entry[]>} */
  all: () => within("entries", "readonly", (store) => store.getAll()),
  /** @param {Entry} entry @returns {Promise<void>} */
  put: async (entry) => void (await within("entries", "readwrite", (store) => store.put(entry))),
  /** @param {string} id @returns {Promise<void>} */
  remove: async (id) => void (await within("entries", "readwrite", (store) => store.delete(id))),
};

/** Who was logged in on the last page of the site that this browser showed; "" for nobody. */
export const lastOwner = {
  /** @returns {Promise<string>} */
  get: async () => (await within("facts", "readonly", (store) => store.get("owner"))) ?? "",
  /** @param {string} owner */
  set: (owner) => within("facts", "readwrite", (store) => store.put(owner, "owner")),
};
