import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { outputTypes, type OutputType } from '@lib/contracts/enums.js';
import { asCaseReference } from '@lib/cases/case-reference.js';
import { NoCpr, Trimmed, TrimmedOrNull } from './validation.js';

export class MoveItemBody {
  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The item it shall stand right after; null puts it first.' })
  @IsOptional()
  @IsUUID()
  afterItemId?: string | null;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The item it shall stand right before; null puts it last. One of the two is given.' })
  @IsOptional()
  @IsUUID()
  beforeItemId?: string | null;
}

export class ItemFrameBody {
  @ApiProperty({ description: 'Who leads it, in free words; may be empty.' })
  @Trimmed()
  @IsString()
  @MaxLength(120)
  @NoCpr()
  ledBy!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who leads it, of those who see it.' })
  @IsOptional()
  @IsUUID()
  leadMembershipId!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 480 })
  @IsInt()
  @Min(1)
  @Max(480)
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  @IsIn(outputTypes)
  outputType!: OutputType;

  @ApiProperty({ type: String, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(80)
  @NoCpr()
  section!: string | null;

  @ApiProperty()
  @IsBoolean()
  mandatory!: boolean;

  @ApiProperty({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  legalBasisId!: string | null;
}

const settableStates = ['open', 'done', 'omitted', 'withdrawn'] as const;

export class ItemStateBody {
  @ApiProperty({ enum: settableStates, description: '`omitted`: on the agenda and not taken. `withdrawn`: taken off it.' })
  @IsIn(settableStates)
  state!: (typeof settableStates)[number];

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Asked for where an item is not taken. Read by those who see the item.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  reason?: string | null;
}

export class NewCaseBody {
  @ApiProperty({ example: 'Sag 2026-014', description: '“2026-14” is understood too.' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? asCaseReference(value) : value))
  @IsString()
  @MaxLength(30)
  @NoCpr()
  caseReference!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 480, required: false, default: 5 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(480)
  plannedMinutes: number = 5;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'That of the list when absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  legalBasisId?: string | null;
}

export class CarryBody {
  @ApiProperty({ type: [String], format: 'uuid' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  itemIds!: string[];
}

class CarryMeeting {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class CarryTarget {
  @ApiProperty({ type: CarryMeeting, nullable: true })
  meeting!: CarryMeeting | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why there is none, in Danish.' })
  refusal!: string | null;
}

class CarriedItemView {
  @ApiProperty({ format: 'uuid' })
  itemId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Where it goes on.' })
  newItemId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it could not be carried, in Danish.' })
  refusal!: string | null;
}

export class CarryAnswer {
  @ApiProperty({ type: [CarriedItemView] })
  items!: CarriedItemView[];
}
