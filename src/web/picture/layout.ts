import type { ClaimItem, Group, NodeItem, Picture, PodItem, Slot } from './picture.ts';

/**
 * Where everything goes. Nodes are lanes from top to bottom; each slot is a row: its names and claims at the left, where
 * no node matters, its Pod and volumes in the lane of their node. Lengths are CSS pixels.
 */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
  /** Nodes without a lane: control planes with nothing of ours on them. */
  readonly others: readonly NodeItem[];
  readonly groups: readonly GroupPlace[];
  readonly lines: readonly Line[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Lane extends Box {
  readonly node: NodeItem;
}

export interface GroupPlace {
  readonly group: Group;
  readonly header: Box;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly key: string;
  readonly slot: Slot | undefined;
  readonly frame: Box;
  readonly identity: Box | undefined;
  readonly pod: Box | undefined;
  readonly tracks: readonly {
    readonly claim: ClaimItem;
    readonly claimBox: Box;
    readonly volumeBox: Box | undefined;
  }[];
}

/** A straight line between two boxes; `dashed` where the relation does not hold at the moment. */
export interface Line extends Box {
  readonly key: string;
  readonly dashed: boolean;
}

const PAD = 12;
const GAP = 8;
/** On a telephone every pixel goes to names. */
const TIGHT = 480;
const LANE_HEADER = 34;
const GROUP_HEADER = 38;
const POD = 42;
const TRACK = 28;
const ROW_PAD = 9;
const NARROWEST_LANE = 104;

export function layoutPicture(picture: Picture, available: number): Layout {
  const occupied = occupiedNodes(picture);
  const shown = picture.nodes.filter((node) => !node.controlPlane || occupied.has(node.name));
  const tight = available < TIGHT;
  const edge = tight ? GAP : PAD;
  const left = Math.round(Math.min(236, Math.max(128, available * 0.29)));
  const start = edge + left + edge;
  const count = Math.max(1, shown.length);
  const fair = Math.floor((available - start - edge - GAP * (count - 1)) / count);
  const laneWidth = Math.max(NARROWEST_LANE, fair);
  const width = Math.max(available, start + count * laneWidth + GAP * (count - 1) + edge);
  const laneX = new Map(shown.map((node, index) => [node.name, start + index * (laneWidth + GAP)]));
  const end = start + count * laneWidth + GAP * (count - 1);
  const space: Space = { edge, inset: tight ? 5 : GAP, start, left, laneWidth, laneX, end };

  const lines: Line[] = [];
  const groups: GroupPlace[] = [];
  let y = LANE_HEADER;
  for (const group of picture.groups) {
    const header = { x: edge, y, width: width - 2 * edge, height: GROUP_HEADER };
    y += GROUP_HEADER;
    const rows: Row[] = [];
    for (const slot of group.slots) {
      const row = placeRow({ key: slot.key, slot, claims: slot.claims, y, space });
      rows.push(row);
      lines.push(...rowLines(row));
      y += row.frame.height;
    }
    for (const claim of group.claims) {
      const row = placeRow({ key: claim.key, slot: undefined, claims: [claim], y, space });
      lines.push(...rowLines(row), ...sharedLines(rows, row));
      rows.push(row);
      y += row.frame.height;
    }
    groups.push({ group, header, rows });
    y += GAP;
  }
  const height = y + PAD - GAP;
  return {
    width,
    height,
    lanes: shown.map((node) => ({ node, x: laneX.get(node.name)!, y: 0, width: laneWidth, height })),
    others: picture.nodes.filter((node) => !shown.includes(node)),
    groups,
    lines,
  };
}

interface Space {
  /** Left of everything. */
  readonly edge: number;
  /** Between a lane's border and what is in it. */
  readonly inset: number;
  readonly start: number;
  readonly end: number;
  readonly left: number;
  readonly laneWidth: number;
  readonly laneX: ReadonlyMap<string, number>;
}

function placeRow(options: {
  key: string;
  slot: Slot | undefined;
  claims: readonly ClaimItem[];
  y: number;
  space: Space;
}): Row {
  const { key, slot, claims, y, space } = options;
  let top = y + ROW_PAD;
  const identity = slot && { x: space.edge, y: top, width: space.left, height: POD };
  const home = slot?.pod?.node ?? claims.find((claim) => claim.volume?.node)?.volume?.node;
  const pod = slot && podBox(slot.pod, home, top, space);
  if (slot) top += POD + GAP;
  const tracks = claims.map((claim, index) => {
    const box = { x: space.edge, y: top + index * (TRACK + 6), width: space.left, height: TRACK };
    return { claim, claimBox: box, volumeBox: claim.volume && volumeBox(claim.volume.node ?? home, box.y, space) };
  });
  const bottom = claims.length > 0 ? top + claims.length * (TRACK + 6) - 6 : top - GAP;
  return {
    key,
    slot,
    frame: { x: space.edge, y, width: space.end - space.edge, height: bottom + ROW_PAD - y },
    identity,
    pod,
    tracks,
  };
}

/** A Pod without a node lies across the lanes: it could still go to any of them. */
function podBox(pod: PodItem | undefined, home: string | undefined, y: number, space: Space): Box {
  const lane = home === undefined ? undefined : space.laneX.get(home);
  const inside = { y, width: space.laneWidth - 2 * space.inset, height: POD };
  if (lane !== undefined) return { ...inside, x: lane + space.inset };
  const across = space.end - space.start;
  const width = Math.min(across - 2 * space.inset, Math.max(inside.width, pod ? 230 : 190));
  return { ...inside, width, x: Math.round(space.start + (across - width) / 2) };
}

/** A volume that is on no single node's disk stands right of its claim, across the lanes. */
function volumeBox(node: string | undefined, y: number, space: Space): Box {
  const lane = node === undefined ? undefined : space.laneX.get(node);
  const x = lane === undefined ? space.start + space.inset : lane + space.inset;
  const width = lane === undefined ? space.end - space.start - 2 * space.inset : space.laneWidth - 2 * space.inset;
  return { x, y, width, height: TRACK };
}

function rowLines(row: Row): Line[] {
  const lines: Line[] = [];
  if (row.identity && row.pod && row.slot?.dns) {
    const key = `${row.key}:dns`;
    lines.push(horizontal(key, row.identity, row.pod, !row.slot.dns.resolves));
  }
  for (const { claim, claimBox, volumeBox: volume } of row.tracks) {
    if (!volume) continue;
    lines.push(horizontal(`${claim.key}:bound`, claimBox, volume, claim.phase !== 'Bound'));
    if (row.pod) lines.push(mount(`${claim.key}:mount`, row.pod, volume, row.slot?.pod === undefined));
  }
  return lines;
}

/** From each Pod that uses a shared claim down to its volume's track. */
function sharedLines(rows: readonly Row[], storage: Row): Line[] {
  return rows.flatMap((row) => {
    const uid = row.slot?.pod?.uid;
    return storage.tracks.flatMap(({ claim, volumeBox: volume }) =>
      uid && volume && row.pod && claim.users.includes(uid)
        ? mount(`${claim.key}:${uid}`, row.pod, volume, row.slot?.pod?.node === undefined)
        : [],
    );
  });
}

function horizontal(key: string, from: Box, to: Box, dashed: boolean): Line {
  const x = from.x + from.width;
  return { key, x, y: from.y + from.height / 2, width: to.x - x, height: 0, dashed };
}

function mount(key: string, pod: Box, volume: Box, dashed: boolean): Line {
  const y = pod.y + pod.height;
  return { key, x: pod.x + 19, y, width: 0, height: volume.y - y, dashed };
}

function occupiedNodes(picture: Picture): Set<string> {
  const claims = picture.groups.flatMap((group) => [...group.claims, ...group.slots.flatMap((slot) => slot.claims)]);
  const pods = picture.groups.flatMap((group) => group.slots.map((slot) => slot.pod?.node));
  const names = [...pods, ...claims.map((claim) => claim.volume?.node)];
  return new Set(names.filter((name) => name !== undefined));
}
