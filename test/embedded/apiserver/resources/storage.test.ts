import { csidriver } from '../../../../src/embedded/apiserver/resources/csidriver.ts';
import { csinode } from '../../../../src/embedded/apiserver/resources/csinode.ts';
import { csistoragecapacity } from '../../../../src/embedded/apiserver/resources/csistoragecapacity.ts';
import { storageclass } from '../../../../src/embedded/apiserver/resources/storageclass.ts';
import { volumeattachment } from '../../../../src/embedded/apiserver/resources/volumeattachment.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(csidriver);
describeRecorded(csinode);
describeRecorded(csistoragecapacity);
describeRecorded(storageclass);
describeRecorded(volumeattachment);
