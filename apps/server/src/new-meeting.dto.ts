import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import type { NewMeeting } from '@lib/meetings/series.service.js';
import { HttpsUrl, NoCpr, TrimmedOrNull } from './validation.js';

/** What setting up a meeting and setting up a series ask alike. */
export class MeetingFrame {
  @ApiProperty({ example: 'section115HandoverMeeting' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  kindId!: string;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Neutral title; default the title of the kind.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(120)
  @NoCpr()
  title?: string | null;

  @ApiProperty({ example: '2026-12-07T13:00', description: 'Wall time in Europe/Copenhagen. A series begins on the first day of its pattern on or after it.' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
  startLocal!: string;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  place?: string | null;

  @ApiProperty({ type: String, format: 'uri', required: false, nullable: true, description: 'https only.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @HttpsUrl()
  @NoCpr()
  videoLink?: string | null;

  @ApiProperty({ type: [String], description: 'Partners; the own authority is implied.' })
  @IsArray()
  @ArrayMaxSize(150)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  authorityIds!: string[];

  @ApiProperty({ type: [String], description: 'Memberships of those who take part; the coordinator herself is implied.' })
  @IsArray()
  @ArrayMaxSize(300)
  @IsUUID(undefined, { each: true })
  participantMembershipIds!: string[];
}

/** One meeting that belongs to no series. */
export class NewMeetingBody extends MeetingFrame {}

export function frameOf(body: MeetingFrame): NewMeeting {
  return {
    kindId: body.kindId,
    title: body.title ?? null,
    startLocal: body.startLocal,
    durationMinutes: body.durationMinutes,
    place: body.place ?? null,
    videoLink: body.videoLink ?? null,
    authorityIds: body.authorityIds,
    participantMembershipIds: body.participantMembershipIds,
  };
}
