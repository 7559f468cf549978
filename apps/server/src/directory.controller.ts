import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { confidentialities, outputTypes, sectors, type Confidentiality, type OutputType, type Sector } from '@lib/contracts/enums.js';
import { Directory } from '@lib/access/directory.service.js';
import { legalBases, legalBasisView } from '@lib/access/legal-bases.data.js';
import type { Session } from '@lib/access/sessions.service.js';
import { said } from '@lib/platform/speaking.js';
import { meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { recurrenceOf, RecurrenceBody } from './recurrence.dto.js';
import { Asker } from './session.guard.js';
import { AuthorityRef, LegalBasisView, PersonRef } from './views.dto.js';

export class AuthorityQuery {
  /** `true`: only those that belong together with one's own. */
  @ApiProperty({ enum: ['true', 'false'], required: false })
  @IsOptional()
  @IsIn(['true', 'false'])
  related?: 'true' | 'false';
}

export class AuthorityList {
  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];
}

export class PeopleList {
  @ApiProperty({ type: [PersonRef] })
  people!: PersonRef[];
}

export class LegalBasisList {
  @ApiProperty({ type: [LegalBasisView] })
  legalBases!: readonly LegalBasisView[];
}

class CadenceView {
  @ApiProperty({ type: String, nullable: true, description: 'RRULE value; null: held when needed.' })
  rrule!: string | null;

  @ApiProperty({ type: [String] })
  alternatives!: readonly string[];

  @ApiProperty({ type: RecurrenceBody, nullable: true, description: 'The same as a form asks for it.' })
  recurrence!: RecurrenceBody | null;
}

class TemplateItemView {
  @ApiProperty()
  title!: string;

  @ApiProperty()
  purpose!: string;

  @ApiProperty({ type: 'integer' })
  minutes!: number;

  @ApiProperty()
  ledBy!: string;

  @ApiProperty({ enum: confidentialities, enumName: 'Confidentiality' })
  confidentiality!: Confidentiality;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  outputType!: OutputType;

  @ApiProperty()
  mandatory!: boolean;

  @ApiProperty()
  perPerson!: boolean;
}

class KindView {
  @ApiProperty({ example: 'section115HandoverMeeting' })
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ description: 'What a meeting of this kind is called when nobody gives it a title: in Danish, since its readers share it.' })
  meetingTitle!: string;

  @ApiProperty({ type: [String] })
  alsoCalled!: readonly string[];

  @ApiProperty()
  purpose!: string;

  @ApiProperty({ enum: ['forum', 'case'] })
  scope!: 'forum' | 'case';

  @ApiProperty({ enum: ['identified', 'pseudonymised', 'none'] })
  personalData!: 'identified' | 'pseudonymised' | 'none';

  @ApiProperty({ type: CadenceView })
  cadence!: CadenceView;

  @ApiProperty({ type: 'integer' })
  defaultDurationMinutes!: number;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true })
  requiredSectors!: readonly Sector[];

  @ApiProperty({ type: [String] })
  legalBasisIds!: readonly string[];

  @ApiProperty({ description: 'What may be shared, in the language of the asker.' })
  limits!: string;

  @ApiProperty({ type: [TemplateItemView] })
  agendaItems!: readonly TemplateItemView[];
}

export class KindList {
  @ApiProperty({ type: [KindView] })
  kinds!: KindView[];
}

@ApiTags('directory')
@Controller()
export class DirectoryController {
  constructor(private readonly directory: Directory) {}

  @Get('authorities')
  @ApiOkResponse({ type: AuthorityList })
  async authorities(@Asker() session: Session, @Query() query: AuthorityQuery): Promise<AuthorityList> {
    return { authorities: query.related === 'true' ? await this.directory.related(session.authorityId) : await this.directory.authorities() };
  }

  /** People of one's own authority or of one that belongs together with it. */
  @Get('authorities/:authorityId/people')
  @ApiOkResponse({ type: PeopleList })
  async people(@Asker() session: Session, @Param('authorityId') authorityId: string): Promise<PeopleList> {
    return { people: await this.directory.people(session.authorityId, authorityId) };
  }

  @Get('legal-bases')
  @ApiOkResponse({ type: LegalBasisList })
  legalBases(): LegalBasisList {
    return { legalBases: legalBases.map((basis) => ({ ...legalBasisView(basis), sectors: basis.sectors })) };
  }

  @Get('meeting-kinds')
  @ApiOkResponse({ type: KindList })
  kinds(): KindList {
    return {
      kinds: meetingKinds.map((kind) => ({
        id: kind.id,
        title: said(kind.title),
        meetingTitle: kind.title,
        alsoCalled: kind.alsoCalled,
        purpose: said(kind.purpose),
        scope: kind.scope,
        personalData: kind.personalData,
        cadence: { ...kind.cadence, recurrence: recurrenceOf(kind.cadence.rrule) },
        defaultDurationMinutes: kind.defaultDurationMinutes,
        requiredSectors: kind.quorum.sectors,
        legalBasisIds: kind.legalBasisIds,
        limits: said(kind.limits),
        agendaItems: kind.agendaItems.map(({ title, purpose, minutes, ledBy, confidentiality, outputType, mandatory, perPerson }) => ({ title, purpose, minutes, ledBy, confidentiality, outputType, mandatory, perPerson })),
      })),
    };
  }
}
