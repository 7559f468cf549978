import { createBrowserRouter } from 'react-router';
import { HistoryPage } from './administration/history.js';
import { PeoplePage } from './administration/people-page.js';
import { PersonPage } from './administration/person-page.js';
import { ProvisioningPage } from './administration/provisioning-page.js';
import { AuditPage } from './audit/audit-page.js';
import { LegalBasesPage } from './administration/legal-bases-page.js';
import { CalendarPage } from './calendar/calendar-page.js';
import { YearPlanPage } from './year-plan/year-plan-page.js';
import { YearPlansPage } from './year-plan/year-plans-page.js';
import { ContactsPage } from './contacts/contacts-page.js';
import { DecisionLogPage } from './decisions/decision-log-page.js';
import { DecisionPage } from './decisions/decision-page.js';
import { FollowUpsPage } from './follow-ups/follow-ups-page.js';
import { AgendaOverview } from './meetings/agenda.js';
import { GuestPage } from './guests/guest-page.js';
import { ItemPane } from './meetings/item-pane.js';
import { MeetingPage } from './meetings/meeting-page.js';
import { MeetingsPage } from './meetings/meetings-page.js';
import { NotificationsPage } from './notifications/notifications-page.js';
import { MinutesPage } from './minutes/minutes-page.js';
import { OverviewPage } from './overview/overview-page.js';
import { LinkedPollPage } from './polls/linked-poll-page.js';
import { PollPage } from './polls/poll-page.js';
import { SearchPage } from './search/search-page.js';
import { NewSeriesPage } from './series/new-series-page.js';
import { SeriesChangePage } from './series/series-change-page.js';
import { SeriesListPage } from './series/series-list-page.js';
import { SeriesPage } from './series/series-page.js';
import { DeletionsPage } from './retention/deletions-page.js';
import { RetentionRulesPage } from './retention/retention-rules-page.js';
import { CrashNotice, CrashPage } from './shell/crash-page.js';
import { Frame } from './shell/frame.js';
import { NotFound } from './shell/not-found.js';
import { SignedIn } from './shell/signed-in.js';
import { FirstAdministratorPage } from './sign-in/first-administrator-page.js';
import { OwnSessionsPage } from './sign-in/own-sessions-page.js';
import { SignInPage } from './sign-in/sign-in-page.js';

// Paths are Danish: people read them aloud and share them. The pages are small and come together, so that walking
// between them needs no server; the editor is large and comes when it is used.
export const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <CrashPage />,
    children: [
      { path: '/log-ind', element: <SignInPage /> },
      { path: '/gaest', element: <GuestPage /> },
      { path: '/afstemning', element: <LinkedPollPage /> },
      { path: '/foerste-administrator', element: <FirstAdministratorPage /> },
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
              { path: 'serier/:seriesId/ret', element: <SeriesChangePage /> },
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
              { path: 'moeder/:meetingId/afstemning', element: <PollPage /> },
              { path: 'beslutninger', element: <DecisionLogPage /> },
              { path: 'beslutninger/:decisionId', element: <DecisionPage /> },
              { path: 'opfoelgning', element: <FollowUpsPage /> },
              { path: 'kontakter', element: <ContactsPage /> },
              { path: 'aarsplan', element: <YearPlansPage /> },
              { path: 'aarsplan/:planId', element: <YearPlanPage /> },
              { path: 'beskeder', element: <NotificationsPage /> },
              { path: 'revision', element: <AuditPage /> },
              { path: 'mine-sessioner', element: <OwnSessionsPage /> },
              { path: 'soeg', element: <SearchPage /> },
              { path: 'administration', element: <PeoplePage /> },
              { path: 'administration/personer/:personId', element: <PersonPage /> },
              { path: 'administration/brugerstyring', element: <ProvisioningPage /> },
              { path: 'administration/historik', element: <HistoryPage /> },
              { path: 'administration/opbevaring', element: <RetentionRulesPage /> },
              { path: 'administration/sletning', element: <DeletionsPage /> },
              { path: 'administration/hjemler', element: <LegalBasesPage /> },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
