import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsUUID, ValidateNested } from 'class-validator';
import { attendanceStates, type AttendanceState } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Attendance } from '@lib/meetings/attendance.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { MeetingView } from './meetings.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

class MarkingBody {
  @ApiProperty({ format: 'uuid' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsUUID()
  membershipId!: string;

  @ApiProperty({ enum: attendanceStates, enumName: 'AttendanceState' })
  @IsIn(attendanceStates)
  state!: AttendanceState;
}

export class AttendanceBody {
  @ApiProperty({ type: [MarkingBody], minItems: 1, maxItems: 300 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(300)
  @ValidateNested({ each: true })
  @Type(() => MarkingBody)
  entries!: MarkingBody[];
}

@ApiTags('meetings')
@Controller('meetings')
export class AttendanceController {
  constructor(
    private readonly attendance: Attendance,
    private readonly meetings: MeetingsService,
  ) {}

  /** Marks who is there, one or many at once. The last marking counts; all of them stay to be seen. */
  @Put(':id/attendance')
  @ApiOkResponse({ type: MeetingView })
  async mark(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: AttendanceBody): Promise<MeetingView> {
    await this.attendance.mark(session, id, body.entries);
    return this.meetings.get(session, id);
  }
}
