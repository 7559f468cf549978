import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { decisionPeriods, decisionSorts, decisionStates, type DecisionPeriod, type DecisionSort, type DecisionState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { LogFilter, LogOrder } from '@lib/decisions/log-filter.js';
import { pdfStandards, type PdfStandard } from '@lib/documents/pdf-standards.js';
import { DecisionList } from './decisions.dto.js';
import { IsDay, NoCpr, Trimmed } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

/** The filters of the log, alike in an address and in a saved view. */
export class LogFilterParameters {
  @ApiProperty({ required: false, enum: ['true', 'false'], description: 'Only what waits for the own answer; the escalated first.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  waiting?: 'true' | 'false';

  @ApiProperty({ required: false, enum: decisionStates, enumName: 'DecisionState' })
  @IsOptional()
  @IsIn(decisionStates)
  state?: DecisionState;

  @ApiProperty({ required: false, description: 'The deciding authority.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authorityId?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  responsiblePersonId?: string;

  @ApiProperty({ required: false, enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  overdue?: 'true' | 'false';

  @ApiProperty({ required: false, enum: decisionPeriods, enumName: 'DecisionPeriod', description: 'Which day `from` and `to` are about; default recorded.' })
  @IsOptional()
  @IsIn(decisionPeriods)
  period?: DecisionPeriod;

  @ApiProperty({ required: false, format: 'date', description: 'The first Danish day of the period.' })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiProperty({ required: false, format: 'date', description: 'The last Danish day of the period.' })
  @IsOptional()
  @IsDay()
  to?: string;

  @ApiProperty({ required: false, description: 'The kind of meeting.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  kindId?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  legalBasisId?: string;

  @ApiProperty({ required: false, description: 'Exactly.', example: 'Sag 2026-014' })
  @IsOptional()
  @Trimmed()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string;

  @ApiProperty({ required: false, format: 'uuid', description: 'A series the asker takes part in.' })
  @IsOptional()
  @IsUUID()
  seriesId?: string;

  @ApiProperty({ required: false, format: 'uuid', description: 'A meeting the asker takes part in.' })
  @IsOptional()
  @IsUUID()
  meetingId?: string;

  @ApiProperty({ required: false, enum: decisionSorts, enumName: 'DecisionSort', default: 'newest' })
  @IsOptional()
  @IsIn(decisionSorts)
  sort: DecisionSort = 'newest';
}

export class LogQueryParameters extends LogFilterParameters {
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class ExportParameters extends LogFilterParameters {
  @ApiProperty({ enum: ['csv', 'xlsx'] })
  @IsIn(['csv', 'xlsx'])
  format!: 'csv' | 'xlsx';

  @ApiProperty({ required: false, enum: ['omit'], description: 'Leaves out decisions under an embargo on informing; without it the file is refused while there are any.' })
  @IsOptional()
  @IsIn(['omit'])
  embargoed?: 'omit';
}

export class LogPdfParameters extends LogFilterParameters {
  @ApiProperty({ required: false, enum: pdfStandards, enumName: 'PdfStandard', default: 'ua-1', description: '`ua-1` to be read, `a-3a` to be kept, with the same content as JSON inside.' })
  @IsOptional()
  @IsIn(pdfStandards)
  standard: PdfStandard = 'ua-1';

  @ApiProperty({ required: false, enum: ['omit'], description: 'Leaves out decisions under an embargo on informing; without it the file is refused while there are any.' })
  @IsOptional()
  @IsIn(['omit'])
  embargoed?: 'omit';
}

export class DecisionLogView extends DecisionList {
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many there are, on the first page; 1001 means more than a thousand. null where counting would mean opening sealed text.' })
  total!: number | null;
}

class FilterChoice {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

/** Only what occurs in decisions that the asker may read. */
export class FilterOptions {
  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty({ type: [PersonRef] })
  people!: PersonRef[];

  @ApiProperty({ type: [FilterChoice] })
  kinds!: FilterChoice[];

  @ApiProperty({ type: [FilterChoice] })
  legalBases!: FilterChoice[];

  @ApiProperty({ type: [FilterChoice] })
  series!: FilterChoice[];
}

export class NewLogViewBody {
  @ApiProperty({ example: 'Over fristen hos os' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(80)
  @NoCpr()
  name!: string;

  @ApiProperty({ type: LogFilterParameters })
  @IsDefined()
  @ValidateNested()
  @Type(() => LogFilterParameters)
  filter!: LogFilterParameters;
}

export class LogViewView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: LogFilterParameters })
  filter!: LogFilterParameters;
}

export class LogViewList {
  @ApiProperty({ type: [LogViewView] })
  views!: LogViewView[];
}

/** @throws Problem `invalid-input` for a period that ends before it begins */
export function filterOf(parameters: LogFilterParameters): LogOrder {
  const { waiting, state, authorityId, responsiblePersonId, overdue, period, from, to, kindId, legalBasisId, caseReference, seriesId, meetingId, sort } = parameters;
  if (from !== undefined && to !== undefined && to < from) throw new Problem('invalid-input', undefined, [{ field: 'to', message: 'Perioden kan ikke slutte, før den begynder.' }]);
  const given = { state, authorityId, responsiblePersonId, period, from, to, kindId, legalBasisId, caseReference, seriesId, meetingId };
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')) as LogFilter;
  return { ...filter, ...(waiting === 'true' ? { waiting: true } : {}), ...(overdue === 'true' ? { overdue: true } : {}), sort };
}

/** The other way round. */
export function parametersOf({ waiting, overdue, ...rest }: LogOrder): LogFilterParameters {
  return { ...rest, ...(waiting ? { waiting: 'true' as const } : {}), ...(overdue ? { overdue: 'true' as const } : {}) };
}
