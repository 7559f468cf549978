import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { contentRoles, type Participation, type Subject, type Window } from '@lib/access/policy.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Disclosures, type Ground } from './disclosures.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { repliesOpen } from './participants.js';
import { endOf, type MeetingRow } from './meeting-rows.js';
import { ParticipationChanges } from './participation-changes.service.js';
import { Clock } from '@lib/platform/clock.js';

export interface Invitation {
  membershipIds: readonly string[];
  /** [AC50] Their time in the meeting; absent without bounds. */
  window?: Window;
}

/** Inviting people to one meeting, after showing what becomes visible to them (rules MT70–MT73). */
@Injectable()
export class Invitations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly people: MeetingPeople,
    private readonly directory: Directory,
    private readonly participation: ParticipationChanges,
    private readonly disclosures: Disclosures,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT71] What would become visible. Stores nothing.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `invalid-input`
   */
  async preview(subject: Subject, meetingId: string, invitation: Invitation) {
    return this.unitOfWork.run(async (tx) => {
      const joining = await this.joiningIn(tx, subject, await this.meetings.coordinatedMeetingIn(tx, subject, meetingId), invitation);
      return this.disclosures.viewIn(tx, subject, [await this.disclosures.ofJoiningIn(tx, meetingId, joining)]);
    });
  }

  /**
   * [MT72] Lets them into the meeting, and writes down what was shown and why.
   *
   * @throws Problem as {@link preview}, `precondition-failed` when it would show something else than the preview said
   */
  async invite(subject: Subject, meetingId: string, invitation: Invitation, ground: Ground): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const joining = await this.joiningIn(tx, subject, await this.meetings.coordinatedMeetingIn(tx, subject, meetingId), invitation);
      await this.participation.changeIn(tx, meetingId, {
        out: [],
        in: joining.map((one) => ({ membershipId: one.membershipId, standsInFor: null, ...(invitation.window === undefined ? {} : { window: invitation.window }) })),
        check: async () => this.disclosures.recordIn(tx, subject, 'participant', [await this.disclosures.ofJoiningIn(tx, meetingId, joining)], ground),
      });
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'meetingInvited', membershipIds: joining.map((one) => one.membershipId), meetingId }]);
      this.events.emitIn(tx, 'meeting.changed', { meetingId });
    });
  }

  private async joiningIn(tx: Tx, subject: Subject, row: MeetingRow, { membershipIds, window }: Invitation): Promise<Participation[]> {
    if (!repliesOpen({ state: row.state, endInstant: endOf(row) }, new Date(this.clock.now().epochMilliseconds))) throw new Problem('transition-refused', 'Mødet er holdt eller aflyst, så ingen kan inviteres.');
    const there = (await this.people.ofIn(tx, [row.id])).get(row.id) ?? [];
    const members = [...(await this.directory.membersIn(tx, membershipIds)).values()];
    const usual = new Set([...(await this.directory.relatedIn(tx, subject.authorityId)).map((one) => one.id), ...there.map((one) => one.authority.id)]);
    const isUsable = members.length === new Set(membershipIds).size && members.every((one) => contentRoles.includes(one.role) && usual.has(one.authority.id) && !there.some((other) => other.id === one.id));
    if (!isUsable || members.length === 0) throw new Problem('invalid-input', undefined, [{ field: 'membershipIds', message: 'Vælg personer, som ikke deltager i forvejen, fra myndigheder, som jeres egen hører sammen med.' }]);
    return this.disclosures.joiningIn(tx, members.map((one) => one.membershipId), window);
  }
}
