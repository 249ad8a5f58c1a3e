package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many places one link, all links and one account get. */
class DividedPlacesTest {
    private static final PlaceHolder ANN = new PlaceHolder(false, "ann");
    private static final PlaceHolder BOB = new PlaceHolder(false, "bob");

    @Test
    void oneLink_getsAQuarter_andAllLinksHalf() {
        DividedPlaces places = new DividedPlaces(64);

        assertThat(takeAll(places, link("a"))).isEqualTo(16);
        assertThat(takeAll(places, link("b"))).isEqualTo(16);
        assertThat(takeAll(places, link("c"))).isZero();
        assertThat(takeAll(places, ANN)).isEqualTo(32);

        places.free(link("a"));
        assertThat(takeAll(places, link("c"))).isEqualTo(1);
        assertThat(places.taken()).isEqualTo(64);
    }

    @Test
    void oneAccount_getsThreeQuarters() {
        DividedPlaces places = new DividedPlaces(64);

        assertThat(takeAll(places, ANN)).isEqualTo(48);
        assertThat(takeAll(places, BOB)).isEqualTo(16);

        places.free(ANN);
        assertThat(takeAll(places, BOB)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void ofFewPlaces_oneIsLeftToOthers(int max) {
        DividedPlaces places = new DividedPlaces(max);

        assertThat(takeAll(places, ANN)).isEqualTo(max - 1);
        assertThat(takeAll(places, BOB)).isEqualTo(1);
    }

    @Test
    void theOnlyPlace_isForWhoeverComesFirst() {
        DividedPlaces places = new DividedPlaces(1);

        assertThat(takeAll(places, link("a"))).isEqualTo(1);
        assertThat(takeAll(places, ANN)).isZero();
        places.free(link("a"));
        assertThat(takeAll(places, ANN)).isEqualTo(1);
    }

    private static int takeAll(DividedPlaces places, PlaceHolder holder) {
        int taken = 0;
        while (places.isThereOneFor(holder)) {
            places.take(holder);
            taken++;
        }
        return taken;
    }

    private static PlaceHolder link(String name) {
        return new PlaceHolder(true, name);
    }
}
