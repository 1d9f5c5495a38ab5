package io.ashlar.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GazetteerTest {
  @Test
  void hasEveryRowOnceInTheOrderOfItsNumbers() throws Exception {
    List<City> cities = Gazetteer.load();
    assertThat(cities).hasSize(171_075);
    for (int i = 0; i < cities.size(); i++) {
      assertThat(cities.get(i).id()).isEqualTo(i + 1);
    }
  }

  @Test
  void aRowSurvivesParsingAndWriting() {
    String line = "3\tSant Julià de Lòria\tAD\t06\t\t42.46372\t1.49129";
    City city = City.parse(line);
    assertThat(city.name()).isEqualTo("Sant Julià de Lòria");
    assertThat(city.country()).isEqualTo("AD");
    assertThat(city.line()).isEqualTo(line);
    assertThatThrownBy(() -> City.parse("3\tx")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void foldsNamesToWhatPeopleType() {
    assertThat(City.fold("Zürich")).isEqualTo("zurich");
    assertThat(City.fold("Sant Julià de Lòria")).isEqualTo("sant julia de loria");
    assertThat(City.fold("İstanbul")).isEqualTo("istanbul");
  }
}
