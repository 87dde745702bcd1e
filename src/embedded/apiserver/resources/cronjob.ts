import { since } from '../../../kubernetes/durations.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { CronJob } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateCronJobCreate, validateCronJobUpdate } from '../validation/cron-job.ts';
import { ageColumn, column, containerColumns, selectorColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';
import { jobSpecWarnings } from './warnings/job.ts';
import { nameWarnings } from './warnings/name.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** pkg/registry/batch/cronjob and SetDefaults_CronJob. The job template gets no Job's defaults: its Jobs will. */
export const cronjob = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.CronJob',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    if (spec.jobTemplate.spec) defaultPodTemplate(spec.jobTemplate.spec.template);
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
  },

  prepareForCreate(draft) {
    draft.status = {};
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.jobTemplate.spec?.template.spec);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.jobTemplate.spec?.template.spec);
    countGeneration(draft, current);
  },
  validateCreate: validateCronJobCreate,
  validateUpdate: validateCronJobUpdate,
  warnings(object, current) {
    const { jobTemplate, schedule } = object.spec;
    const path = 'spec.jobTemplate.spec';
    const warnings = current ? [] : nameWarnings(object.metadata.name);
    if (jobTemplate.spec && object.metadata.generation !== current?.metadata.generation) {
      warnings.push(
        ...jobSpecWarnings(jobTemplate.spec, path),
        ...podTemplateWarnings(jobTemplate.spec.template, `${path}.template`),
      );
    }
    if (current && schedule.includes('TZ')) {
      warnings.push(
        'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ' +
          'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
      );
    }
    return warnings;
  },

  status: {},

  columns: [
    column(
      'Schedule',
      'string',
      'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.',
      ({ spec }) => spec.schedule,
    ),
    column(
      'Timezone',
      'string',
      'The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. ' +
        'If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid ' +
        'time zone names and the time zone offset is loaded from the system-wide time zone database by the API server ' +
        'during CronJob validation and the controller manager during execution. If no system-wide time zone database ' +
        'can be found a bundled version of the database is used instead. If the time zone name becomes invalid during ' +
        'the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new ' +
        'new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in ' +
        'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones',
      ({ spec }) => spec.timeZone ?? '<none>',
    ),
    column(
      'Suspend',
      'boolean',
      'This flag tells the controller to suspend subsequent executions, it does not apply to already started ' +
        'executions.  Defaults to false.',
      ({ spec }) => (spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'),
    ),
    column(
      'Active',
      'integer',
      'A list of pointers to currently running jobs.',
      ({ status }) => status?.active?.length ?? 0,
    ),
    column(
      'Last Schedule',
      'string',
      'Information when was the last time the job was successfully scheduled.',
      ({ status }, now) => (status?.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>'),
    ),
    ageColumn(),
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    selectorColumn(
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. ' +
        'More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => spec.jobTemplate.spec?.selector,
    ),
  ],
});
