/** Width of a character of Geist Mono, in em. */
const ADVANCE = 0.6;

/**
 * Device pixels to add to each cell. The graphics card's renderer cuts a cell's width down to whole device pixels, so
 * 7.8 becomes 7 and letters stand too close; one more brings it to the nearest whole number instead.
 */
export function letterSpacing(fontSize: number, devicePixelRatio: number): number {
  const width = ADVANCE * fontSize * devicePixelRatio;
  return width - Math.floor(width) >= 0.5 ? 1 : 0;
}
