import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsUUID } from 'class-validator';
import { chosenNotificationKinds, notificationKinds, type ChosenNotificationKind, type NotificationKind } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { NotificationViews } from './notification-views.service.js';
import { Asker } from './session.guard.js';

class NotificationMeeting {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for those who take no part in the meeting.' })
  id!: string | null;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class NotificationItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: notificationKinds, enumName: 'NotificationKind' })
  kind!: NotificationKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  read!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Title of the item, text of the decision or follow-up; null for the meeting itself.' })
  about!: string | null;

  @ApiProperty({ type: NotificationMeeting, nullable: true, description: 'null where the reader is told without a word of which meeting, and of what is about herself.' })
  meeting!: NotificationMeeting | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  itemId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  decisionId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  followUpId!: string | null;
}

export class NotificationList {
  @ApiProperty({ type: [NotificationItem], description: 'The newest first, at most 200, of what the asker may see now.' })
  notifications!: NotificationItem[];
}

export class UnreadCount {
  @ApiProperty({ type: 'integer' })
  unread!: number;
}

export class MarkBody {
  @ApiProperty({ type: [String], format: 'uuid', maxItems: 200 })
  @IsArray()
  @ArrayMaxSize(200)
  @IsUUID(undefined, { each: true })
  ids!: string[];

  @ApiProperty({ description: 'false marks them as unread again.' })
  @IsBoolean()
  read!: boolean;
}

export class NotificationChoices {
  @ApiProperty({ enum: chosenNotificationKinds, enumName: 'ChosenNotificationKind', isArray: true, description: 'Kinds that the person does not want. What she is told for her own safety is none of them.' })
  @IsArray()
  @ArrayUnique()
  @IsIn(chosenNotificationKinds, { each: true })
  muted!: ChosenNotificationKind[];
}

/** What somebody is told within the product, by the membership she acts by. */
@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly notifications: Notifications,
    private readonly views: NotificationViews,
  ) {}

  @Get()
  @ApiOkResponse({ type: NotificationList })
  async list(@Asker() session: Session): Promise<NotificationList> {
    return { notifications: await this.views.list(session) };
  }

  @Get('unread')
  @ApiOkResponse({ type: UnreadCount })
  async unread(@Asker() session: Session): Promise<UnreadCount> {
    return { unread: await this.views.unread(session) };
  }

  @Post('marks')
  @HttpCode(204)
  @ApiNoContentResponse()
  async mark(@Asker() session: Session, @Body() body: MarkBody): Promise<void> {
    await this.notifications.mark(session.membershipId, body.ids, body.read);
  }

  @Post('all-read')
  @HttpCode(204)
  @ApiNoContentResponse()
  async markAll(@Asker() session: Session): Promise<void> {
    await this.views.markAll(session);
  }

  /** The person's own choice, in all her memberships. */
  @Get('choices')
  @ApiOkResponse({ type: NotificationChoices })
  async choices(@Asker() session: Session): Promise<NotificationChoices> {
    return { muted: await this.notifications.muted(session.personId) };
  }

  @Put('choices')
  @ApiOkResponse({ type: NotificationChoices })
  async choose(@Asker() session: Session, @Body() body: NotificationChoices): Promise<NotificationChoices> {
    await this.notifications.mute(session.personId, body.muted);
    return { muted: await this.notifications.muted(session.personId) };
  }
}
