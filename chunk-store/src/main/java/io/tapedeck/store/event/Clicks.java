package io.tapedeck.store.event;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * The clicks of one window: finds those in anger and those that nothing came of. Not thread-safe, bounded.
 *
 * <p><b>Rage clicks</b>: three or more within a second, each within 30 pixels of the first. A run goes on as long as the
 * next click is within a second of the one before, and is one marker. What drifts away from a run's first click, before
 * the run is one in anger, may begin another with the clicks that it is still near to.
 *
 * <p><b>Dead clicks</b>: no visible change, navigation, scrolling, input or request began within 2.5 s of it (or since the
 * button went down, when handlers may already run), and no other window opened. Requests are told of when they end, so a click is judged only some
 * time later. A click into a field that is typed into at some time is not dead, and one shortly before the recording ends
 * is nobody's to judge.
 */
final class Clicks {
    private static final long RAGE_MS = 1_000;
    private static final double RAGE_PIXELS = 30;
    private static final int RAGE_CLICKS = 3;

    static final long EFFECT_MS = 2_500;
    private static final long PRESS_MS_MAX = 1_000;
    private static final long JUDGED_AFTER_MS = 30_000;
    private static final int PENDING_MAX = 1_000;
    private static final int FIELDS_MAX = 1_000;

    private final String window;
    private final MarkerList markers;
    private final DeadClicks dead;

    private final ArrayDeque<Click> pending = new ArrayDeque<>();
    private final Set<Integer> fields = new HashSet<>();
    private boolean pressed;
    private long pressedAt;
    private long effectAt = Long.MIN_VALUE;
    private long now;

    private Click runFirst;
    private Click runPrevious;
    private Click runLast;
    private int runClicks;
    private boolean rage;

    private int clicks;
    private int rageClicks;

    Clicks(String window, MarkerList markers, DeadClicks dead) {
        this.window = window;
        this.markers = markers;
        this.dead = dead;
    }

    /** An event of the window, whatever it is. */
    void seen(long at) {
        now = at;
        while (!pending.isEmpty() && ActiveTime.between(pending.peek().at, at) > JUDGED_AFTER_MS) {
            judge(pending.poll());
        }
    }

    void press(long at) {
        pressed = true;
        pressedAt = at;
    }

    /** Something visible happened, or a request began. */
    void effect(long at) {
        effectAt = Math.max(effectAt, at);
        for (Click click : pending) {
            if (at >= click.pressedAt && ActiveTime.between(click.at, at) <= EFFECT_MS) {
                click.dead = false;
            }
        }
    }

    void input(int nodeId) {
        if (fields.size() < FIELDS_MAX) {
            fields.add(nodeId);
        }
    }

    /** Another page: its nodes have other ids. */
    void page(long at) {
        effect(at);
        pending.forEach(this::judge);
        pending.clear();
        fields.clear();
    }

    void click(long at, double x, double y, int nodeId) {
        clicks++;
        boolean hasPress = pressed && at >= pressedAt && ActiveTime.between(pressedAt, at) <= PRESS_MS_MAX;
        Click click = new Click(at, hasPress ? pressedAt : at, x, y, nodeId);
        pressed = false;
        click.dead = effectAt < click.pressedAt;
        markers.add(at, window, Marker.Kind.CLICK, "Click", null, null, click.data());
        if (pending.size() == PENDING_MAX) {
            judge(pending.poll());
        }
        pending.add(click);
        extendRun(click);
    }

    /** The window's recording ends here. */
    void finish() {
        pending.forEach(this::judge);
        pending.clear();
        endRun();
    }

    int clicks() {
        return clicks;
    }

    int rageClicks() {
        return rageClicks;
    }

    private void judge(Click click) {
        boolean watchedLongEnough = now > click.at && ActiveTime.between(click.at, now) > EFFECT_MS;
        if (click.dead && watchedLongEnough && !fields.contains(click.nodeId)) {
            dead.add(click.at, window, click.data());
        }
    }

    private void extendRun(Click click) {
        if (runLast != null && !continues(runFirst, runLast, click)) {
            Click previous = rage ? null : runPrevious;
            Click last = rage ? null : runLast;
            endRun();
            if (last != null && continues(last, last, click)) {
                if (previous != null && continues(previous, previous, last) && isNear(previous, click)) {
                    append(previous);
                }
                append(last);
            }
        }
        append(click);
    }

    private void append(Click click) {
        runFirst = runFirst == null ? click : runFirst;
        rage |= runPrevious != null && ActiveTime.between(runPrevious.at, click.at) <= RAGE_MS;
        runClicks++;
        runPrevious = runLast;
        runLast = click;
    }

    private static boolean continues(Click first, Click last, Click next) {
        return ActiveTime.between(last.at, next.at) <= RAGE_MS && isNear(first, next);
    }

    /** Where it is not known where a click was, it counts as near. */
    private static boolean isNear(Click a, Click b) {
        double pixels = Math.hypot(a.x - b.x, a.y - b.y);
        return Double.isNaN(pixels) || pixels <= RAGE_PIXELS;
    }

    private void endRun() {
        if (rage) {
            assert runClicks >= RAGE_CLICKS;
            rageClicks++;
            markers.add(
                    runFirst.at,
                    window,
                    Marker.Kind.RAGE_CLICK,
                    "Rage click (" + runClicks + " clicks)",
                    ActiveTime.between(runFirst.at, runLast.at),
                    null,
                    runFirst.data());
        }
        runFirst = null;
        runPrevious = null;
        runLast = null;
        runClicks = 0;
        rage = false;
    }

    private static final class Click {
        private final long at;
        private final long pressedAt;
        private final double x;
        private final double y;
        private final int nodeId;
        private boolean dead;

        Click(long at, long pressedAt, double x, double y, int nodeId) {
            this.at = at;
            this.pressedAt = pressedAt;
            this.x = x;
            this.y = y;
            this.nodeId = nodeId;
        }

        MarkerData data() {
            return new MarkerData().put("x", x).put("y", y).put("nodeId", nodeId);
        }
    }
}
