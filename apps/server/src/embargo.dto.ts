import { ApiProperty } from '@nestjs/swagger';
import { embargoParties, type EmbargoParty } from '@lib/contracts/enums.js';

/** An embargo in force, as whoever reads what stems from its item may know it. */
export class StandingEmbargoView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: embargoParties, enumName: 'EmbargoParty', isArray: true })
  parties!: EmbargoParty[];

  @ApiProperty({ example: 'begge forældre', description: 'The parties in words.' })
  towards!: string;

  @ApiProperty({ description: 'The authority that set it.' })
  setBy!: string;

  @ApiProperty({ format: 'date-time' })
  reviewAt!: string;

  @ApiProperty()
  isOverdue!: boolean;
}
