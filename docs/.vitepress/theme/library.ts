import source from "@mermaid-js/tiny/dist/mermaid.tiny.js?url";

let loaded: Promise<{ initialize(settings: object): void; render(id: string, text: string): Promise<{ svg: string }> }>;

/** The library is one complete script of 2.5 MB: to bundle it again took a third of the site's build. */
export function loadMermaid() {
  loaded ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: source, onerror: reject });
    script.onload = () => resolve(globalThis.mermaid);
    document.head.append(script);
  });
  return loaded;
}
