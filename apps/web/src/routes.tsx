import { createBrowserRouter } from 'react-router';
import { CalendarPage } from './calendar/calendar-page.js';
import { DecisionLogPage } from './decisions/decision-log-page.js';
import { DecisionPage } from './decisions/decision-page.js';
import { FollowUpsPage } from './follow-ups/follow-ups-page.js';
import { AgendaOverview } from './meetings/agenda.js';
import { ItemPane } from './meetings/item-pane.js';
import { MeetingPage } from './meetings/meeting-page.js';
import { MeetingsPage } from './meetings/meetings-page.js';
import { MinutesPage } from './minutes/minutes-page.js';
import { OverviewPage } from './overview/overview-page.js';
import { SearchPage } from './search/search-page.js';
import { NewSeriesPage } from './series/new-series-page.js';
import { SeriesListPage } from './series/series-list-page.js';
import { SeriesPage } from './series/series-page.js';
import { CrashNotice, CrashPage } from './shell/crash-page.js';
import { Frame } from './shell/frame.js';
import { NotFound } from './shell/not-found.js';
import { SignedIn } from './shell/signed-in.js';
import { SignInPage } from './sign-in/sign-in-page.js';

// Paths are Danish: people read them aloud and share them. The pages are small and come together, so that walking
// between them needs no server; the editor is large and comes when it is used.
export const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <CrashPage />,
    children: [
      { path: '/log-ind', element: <SignInPage /> },
      {
        element: <SignedIn />,
        children: [
          {
            // A fault within a page leaves the frame standing, and with it the notes about unsaved text.
            errorElement: <CrashNotice />,
            children: [
              { index: true, element: <OverviewPage /> },
              { path: 'serier', element: <SeriesListPage /> },
              { path: 'serier/ny', element: <NewSeriesPage /> },
              { path: 'serier/:seriesId', element: <SeriesPage /> },
              { path: 'kalender', element: <CalendarPage /> },
              { path: 'moeder', element: <MeetingsPage /> },
              {
                path: 'moeder/:meetingId',
                element: <MeetingPage />,
                children: [
                  { index: true, element: <AgendaOverview /> },
                  { path: 'punkt/:itemId', element: <ItemPane /> },
                  { path: 'referat', element: <MinutesPage /> },
                ],
              },
              { path: 'beslutninger', element: <DecisionLogPage /> },
              { path: 'beslutninger/:decisionId', element: <DecisionPage /> },
              { path: 'opfoelgning', element: <FollowUpsPage /> },
              { path: 'soeg', element: <SearchPage /> },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
