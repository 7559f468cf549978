import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const server = 'http://localhost:3000';
// The server refuses a foreign Origin, and in development the page comes from another port.
const proxied = { target: server, headers: { origin: server } };

/** The letters of every page are fetched beside the script, not after it: text that changes its width moves what stands below. */
const fontsFirst: Plugin = {
  name: 'fonts-first',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.keys(bundle)
        .filter((file) => /(Regular|SemiBold|Bold)-Latin1-[^/]*\.woff2$/.test(file))
        .map((file) => ({ tag: 'link', attrs: { rel: 'preload', href: `/${file}`, as: 'font', type: 'font/woff2', crossorigin: true }, injectTo: 'head-prepend' })),
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), fontsFirst],
  resolve: {
    alias: [
      { find: /^@lib\/(contracts|scheduling)\/(.*)\.js$/, replacement: fromRoot('libs/$1/src/$2.ts') },
      // The package exports its script only; the built CSS is what we want, and its SCSS leaves font URLs unresolved.
      { find: /^dkfds-fonts/, replacement: fromRoot('node_modules/dkfds/dist/fonts/IBMPlexSans') },
      { find: 'dkfds.css', replacement: fromRoot('node_modules/dkfds/dist/css/dkfds.min.css') },
    ],
    // Two copies of Yjs in one page break its instanceof checks and silently lose edits.
    dedupe: ['yjs', 'y-protocols', 'lib0', 'react', 'react-dom', '@tiptap/pm', '@tiptap/core', '@tiptap/y-tiptap'],
  },
  build: {
    outDir: fromRoot('dist/apps/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Icons stay files: inlined as data: URLs they would need a laxer img-src than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor is one lazily loaded chunk on purpose.
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: {
      '/api': proxied,
      '/live': { ...proxied, ws: true },
      '/yjs': { ...proxied, ws: true },
    },
  },
});
