import { ApiProperty } from '@nestjs/swagger';
import { problems, type ProblemCode } from '@lib/contracts/problems.js';

export class FieldErrorView {
  @ApiProperty({ example: 'deadline' })
  field!: string;

  @ApiProperty({ example: 'Fristen kan ikke ligge før mødet.' })
  message!: string;
}

/** Every error, `application/problem+json` (RFC 9457). */
export class ProblemView {
  @ApiProperty({ example: 'urn:samraad:problem:not-found' })
  type!: string;

  @ApiProperty({ description: 'For people, in the language of the asker (Accept-Language).' })
  title!: string;

  @ApiProperty({ type: 'integer' })
  status!: number;

  @ApiProperty({ enum: Object.keys(problems), enumName: 'ProblemCode' })
  code!: ProblemCode;

  @ApiProperty({ required: false })
  detail?: string;

  @ApiProperty({ type: [FieldErrorView], required: false })
  errors?: FieldErrorView[];
}
