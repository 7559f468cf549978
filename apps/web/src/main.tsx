import 'dkfds.css';
import './shell/fonts.css';
import './shell/base.css';
import './shell/shell.css';
import './i18n/i18n.js';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { onSignedOut } from './api/client.js';
import { queryClient } from './api/queries.js';
import { endSession } from './api/session.js';
import { router } from './routes.js';

onSignedOut(endSession);

const root = document.getElementById('root');
if (!root) throw new Error('no #root in index.html');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
