import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Session } from '@lib/access/sessions.service.js';
import { Search } from '@lib/search/search.service.js';
import { documentKinds, type DocumentKind } from '@lib/search/text-index.js';
import { ReadsOnly } from './asking.js';
import { Asker } from './session.guard.js';
import { NoCpr, Trimmed } from './validation.js';
import { Limited } from './rate-limit.guard.js';

export class SearchBody {
  @ApiProperty({ maxLength: 200, description: 'Words that must all occur. Never a CPR number.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  query!: string;

  @ApiProperty({ required: false, enum: documentKinds, enumName: 'SearchKind', description: 'Only this kind.' })
  @IsOptional()
  @IsIn(documentKinds)
  kind?: DocumentKind;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 5, description: 'Of each kind at most so many.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 5;
}

export class SearchSegment {
  @ApiProperty({ description: 'Plain text.' })
  text!: string;

  @ApiProperty({ description: 'Whether it is what was looked for.' })
  hit!: boolean;
}

class SearchMeeting {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for those who take no part in the meeting.' })
  id!: string | null;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class SearchHitView {
  @ApiProperty({ enum: documentKinds, enumName: 'SearchKind' })
  kind!: DocumentKind;

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: [SearchSegment] })
  title!: SearchSegment[];

  @ApiProperty({ type: [SearchSegment], description: 'The text around the first hit; empty when there is none.' })
  excerpt!: SearchSegment[];

  @ApiProperty({ type: SearchMeeting })
  meeting!: SearchMeeting;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker may not open the item.' })
  itemId!: string | null;

  @ApiProperty({ description: 'An embargo on informing stands over what it is of.' })
  isUnderEmbargo!: boolean;
}

class SearchGroup {
  @ApiProperty({ enum: documentKinds, enumName: 'SearchKind' })
  kind!: DocumentKind;

  @ApiProperty({ type: 'integer', description: 'How many the asker may read in all.' })
  total!: number;

  @ApiProperty({ type: [SearchHitView], description: 'The best first.' })
  hits!: SearchHitView[];
}

export class SearchAnswerView {
  @ApiProperty({ type: [SearchGroup], description: 'Kinds without a hit are missing.' })
  groups!: SearchGroup[];

  @ApiProperty({ type: 'integer', description: 'Of what the asker may read, so many are still being read in; ask again for a full answer.' })
  pending!: number;
}

/** What is looked for travels in the body: an address is kept in histories and logs. */
@ApiTags('search')
@Limited('search')
@Controller('search')
export class SearchController {
  constructor(private readonly search: Search) {}

  @Post()
  @ReadsOnly()
  @HttpCode(200)
  @ApiOkResponse({ type: SearchAnswerView })
  async find(@Asker() session: Session, @Body() body: SearchBody): Promise<SearchAnswerView> {
    return this.search.find(session, { text: body.query, limit: body.limit, ...(body.kind === undefined ? {} : { kind: body.kind }) });
  }
}
