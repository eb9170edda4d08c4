/** Dragging, pinching, the wheel and the arrow keys over a frame, as movements and zooms. */
import type { Point } from './viewport.ts';

export type Gestures = {
  moved(dx: number, dy: number): void;
  /** @param at from the frame's upper left corner */
  zoomed(factor: number, at: Point): void;
};

/** Pixels that a pointer may tremble while it clicks. */
const TREMBLE = 4;
/** Pixels for one arrow key, and pixels of the wheel that make the chart e times as large. */
const KEY_STEP = 60;
const WHEEL_STEP = 240;

const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [KEY_STEP, 0],
  ArrowRight: [-KEY_STEP, 0],
  ArrowUp: [0, KEY_STEP],
  ArrowDown: [0, -KEY_STEP],
};

export function listenToGestures(frame: HTMLElement, { moved, zoomed }: Gestures): void {
  const pointers = new Map<number, Point>();
  let start: Point | undefined;
  let isDragging = false;
  const pointOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || isControl(event.target)) return;
    pointers.set(event.pointerId, pointOf(event));
    start = pointOf(event);
    isDragging = pointers.size > 1;
  });
  frame.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    if (!isDragging && start && distance(start, now) < TREMBLE) return;
    // Only now: what captures a pointer takes the click from what is under it.
    if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
    isDragging = true;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (!other) {
      moved(now.x - before.x, now.y - before.y);
      return;
    }
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    moved((now.x - before.x) / 2, (now.y - before.y) / 2);
    zoomed(distance(now, other) / Math.max(1, distance(before, other)), middle);
  });
  const end = ({ pointerId }: PointerEvent): void => {
    pointers.delete(pointerId);
  };
  frame.addEventListener('pointerup', end);
  frame.addEventListener('pointercancel', end);
  // The click that ends a drag is none.
  frame.addEventListener(
    'click',
    (event) => {
      if (!isDragging) return;
      isDragging = false;
      event.stopPropagation();
    },
    { capture: true },
  );
  frame.addEventListener(
    'wheel',
    (event) => {
      if (isControl(event.target)) return;
      event.preventDefault();
      // A pinch on a touch pad comes as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) zoomed(Math.exp(-event.deltaY / WHEEL_STEP), pointOf(event));
      else moved(-event.deltaX, -event.deltaY);
    },
    { passive: false },
  );
  frame.addEventListener('keydown', (event) => {
    const by = KEYS[event.key];
    if (!by || event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    moved(...by);
  });
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

/** Something in the frame that has gestures of its own. */
const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[data-control]') !== null;
