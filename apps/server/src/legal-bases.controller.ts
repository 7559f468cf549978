import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { sectors, type Sector } from '@lib/contracts/enums.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { Asker } from './session.guard.js';
import { NoCpr, Trimmed, TrimmedOrNull } from './validation.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

export class BasisSettingBody {
  @ApiProperty({ type: String, required: false, nullable: true, description: 'Absent for a new one of the authority’s own.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  basisId?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of an own one.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(120)
  @NoCpr()
  label?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Absent keeps the shipped words.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  limits?: string | null;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true })
  @IsArray()
  @ArrayMaxSize(sectors.length)
  @IsIn(sectors, { each: true })
  sectors!: Sector[];

  @ApiProperty({ type: Boolean, required: false, description: 'Of an own one: whether the steps of a police investigation may be planned under it. Absent: no.' })
  @IsOptional()
  @IsBoolean()
  admitsInvestigation?: boolean;

  @ApiProperty({ description: 'Where the authority has it from: a decision, an agreement, an act.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  @NoCpr()
  source!: string;

  @ApiProperty({ format: 'date' })
  @Matches(day)
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'The last day.' })
  @IsOptional()
  @Matches(day)
  validTo?: string | null;
}

class BasisVersionView {
  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true })
  sectors!: Sector[];

  @ApiProperty()
  source!: string;

  @ApiProperty({ format: 'date' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validTo!: string | null;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;

  @ApiProperty()
  setBy!: string;
}

export class BasisView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  version!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty()
  limits!: string;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true })
  sectors!: Sector[];

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true, description: 'What the authority may choose among.' })
  admissible!: Sector[];

  @ApiProperty()
  admitsInvestigation!: boolean;

  @ApiProperty()
  source!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validFrom!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validTo!: string | null;

  @ApiProperty()
  isOwn!: boolean;

  @ApiProperty({ type: 'integer', description: 'How often the authority set it.' })
  setting!: number;

  @ApiProperty({ type: [BasisVersionView] })
  history!: BasisVersionView[];
}

export class BasisList {
  @ApiProperty({ type: [BasisView] })
  bases!: BasisView[];
}

/** What legal bases mean at the meetings of an authority, for its administrators. */
@ApiTags('administration')
@Controller('administration/legal-bases')
export class LegalBasesController {
  constructor(private readonly bases: LegalBases) {}

  @Get()
  @ApiOkResponse({ type: BasisList })
  async list(@Asker() session: Session): Promise<BasisList> {
    return this.bases.view(session);
  }

  /** Adds a version; what was made before keeps its own. */
  @Post()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: BasisList })
  async set(@Asker() session: Session, @Body() body: BasisSettingBody, @IdempotencyKey() request?: IdempotentRequest): Promise<BasisList> {
    await this.bases.set(session, { ...body, basisId: body.basisId ?? null, label: body.label ?? null, limits: body.limits ?? null, admitsInvestigation: body.admitsInvestigation ?? false, validTo: body.validTo ?? null }, request);
    return this.bases.view(session);
  }
}
