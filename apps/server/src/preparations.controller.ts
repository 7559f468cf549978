import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { preparationAnswers, type PreparationAnswer } from '@lib/contracts/enums.js';
import type { RichText } from '@lib/contracts/rich-text.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Preparations } from '@lib/meetings/preparations.service.js';
import { IfMatch } from './if-match.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { AuthorityRef } from './views.dto.js';

export class PreparationAnswerBody {
  @ApiProperty({ enum: preparationAnswers, enumName: 'PreparationAnswer', description: '`open` takes an answer back.' })
  @IsIn(preparationAnswers)
  answer!: PreparationAnswer;
}

export class OwnPreparationView {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The document of the asker’s authority; null until somebody begins.' })
  documentId!: string | null;

  @ApiProperty({ enum: preparationAnswers, enumName: 'PreparationAnswer' })
  answer!: PreparationAnswer;

  @ApiProperty({ type: 'integer', description: 'For If-Match; counts answers.' })
  version!: number;

  @ApiProperty({ description: 'Whether its words may be changed now.' })
  canWrite!: boolean;

  @ApiProperty({ description: 'Whether it may be begun, released, answered or taken back now.' })
  canAnswer!: boolean;
}

export class PreparationSideView {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: preparationAnswers, enumName: 'PreparationAnswer' })
  answer!: PreparationAnswer;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  releasedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of who released it.' })
  releasedBy!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'object' }, nullable: true, description: 'The released words with their structure (libs/contracts/src/rich-text.ts); null while they are not released.' })
  text!: RichText | null;
}

export class PreparationsView {
  @ApiProperty({ type: OwnPreparationView, description: 'Of the authority that the asker acts for.' })
  own!: OwnPreparationView;

  @ApiProperty({ type: [PreparationSideView], description: 'Every authority inside the item, the asker’s among them.' })
  sides!: PreparationSideView[];
}

export class PreparationCountView {
  @ApiProperty({ type: 'integer', description: 'Items about a person that it reads.' })
  asked!: number;

  @ApiProperty({ type: 'integer' })
  answered!: number;
}

export class PreparationSideCountView extends PreparationCountView {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;
}

export class MeetingPreparationView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty({ type: PreparationCountView })
  own!: PreparationCountView;

  @ApiProperty({ type: [PreparationSideCountView], description: 'Counted over the items that the asker reads.' })
  sides!: PreparationSideCountView[];
}

export class PreparationOutlook {
  @ApiProperty({ type: [MeetingPreparationView] })
  meetings!: MeetingPreparationView[];
}

/** What each authority prepares for an item: its own until it is released, or answered without a reason. */
@ApiTags('preparation')
@Controller()
export class PreparationsController {
  constructor(private readonly preparations: Preparations) {}

  /** How far the preparation of the coming four weeks is, by meeting. */
  @Get('preparations')
  @ApiOkResponse({ type: PreparationOutlook })
  async outlook(@Asker() session: Session): Promise<PreparationOutlook> {
    return { meetings: await this.preparations.outlook(session) };
  }

  @Get('items/:id/preparations')
  @ApiOkResponse({ type: PreparationsView })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<PreparationsView> {
    return this.preparations.ofItem(session, id);
  }

  /** Makes the document of the asker’s authority; asked again, it is the same. */
  @Put('items/:id/preparations/own')
  @ApiOkResponse({ type: PreparationsView })
  async begin(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<PreparationsView> {
    await this.preparations.begin(session, id);
    return this.preparations.ofItem(session, id);
  }

  /** Releases it to all readers of the item, answers without sharing, or takes back what was said. */
  @Post('items/:id/preparations/own/answer')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: PreparationsView })
  async answer(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { answer }: PreparationAnswerBody, @IfMatch() expected: number | null): Promise<PreparationsView> {
    await this.preparations.answer(session, id, answer, expected);
    return this.preparations.ofItem(session, id);
  }
}
