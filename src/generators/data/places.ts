/** A country the shop sells to, with what follows from it. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** BCP 47. */
  readonly locale: string;
  /** Of 1000 customers. */
  readonly share: number;
  /** Standard value added tax (US: a typical sales tax), in basis points. */
  readonly taxBasisPoints: number;
  readonly shippingCents: number;
  /** Whether the house number stands before the street. */
  readonly numberFirst: boolean;
  /** City, region, postcode: `#` is any digit, `@` one of A to Y. */
  readonly cities: readonly (readonly [city: string, region: string, postcode: string])[];
}

/** Real cities with their regions and the leading part of their postcodes. */
export const COUNTRIES: readonly Country[] = [
  {
    code: 'DE',
    locale: 'de-DE',
    share: 280,
    taxBasisPoints: 1900,
    shippingCents: 490,
    numberFirst: false,
    cities: [
      ['Berlin', 'Berlin', '10###'],
      ['Hamburg', 'Hamburg', '20###'],
      ['München', 'Bayern', '80###'],
      ['Nürnberg', 'Bayern', '904##'],
      ['Augsburg', 'Bayern', '861##'],
      ['Köln', 'Nordrhein-Westfalen', '50###'],
      ['Düsseldorf', 'Nordrhein-Westfalen', '402##'],
      ['Dortmund', 'Nordrhein-Westfalen', '441##'],
      ['Münster', 'Nordrhein-Westfalen', '481##'],
      ['Frankfurt am Main', 'Hessen', '60###'],
      ['Kassel', 'Hessen', '341##'],
      ['Stuttgart', 'Baden-Württemberg', '70###'],
      ['Freiburg im Breisgau', 'Baden-Württemberg', '791##'],
      ['Leipzig', 'Sachsen', '041##'],
      ['Dresden', 'Sachsen', '010##'],
      ['Hannover', 'Niedersachsen', '301##'],
      ['Bremen', 'Bremen', '28###'],
      ['Erfurt', 'Thüringen', '990##'],
      ['Kiel', 'Schleswig-Holstein', '241##'],
      ['Mainz', 'Rheinland-Pfalz', '551##'],
    ],
  },
  {
    code: 'US',
    locale: 'en-US',
    share: 210,
    taxBasisPoints: 700,
    shippingCents: 990,
    numberFirst: true,
    cities: [
      ['New York', 'NY', '100##'],
      ['Brooklyn', 'NY', '112##'],
      ['Los Angeles', 'CA', '900##'],
      ['San Francisco', 'CA', '941##'],
      ['San Diego', 'CA', '921##'],
      ['Chicago', 'IL', '606##'],
      ['Houston', 'TX', '770##'],
      ['Austin', 'TX', '787##'],
      ['Dallas', 'TX', '752##'],
      ['Phoenix', 'AZ', '850##'],
      ['Philadelphia', 'PA', '191##'],
      ['Seattle', 'WA', '981##'],
      ['Denver', 'CO', '802##'],
      ['Boston', 'MA', '021##'],
      ['Atlanta', 'GA', '303##'],
      ['Miami', 'FL', '331##'],
      ['Portland', 'OR', '972##'],
      ['Minneapolis', 'MN', '554##'],
      ['Columbus', 'OH', '432##'],
      ['Nashville', 'TN', '372##'],
    ],
  },
  {
    code: 'GB',
    locale: 'en-GB',
    share: 170,
    taxBasisPoints: 2000,
    shippingCents: 590,
    numberFirst: true,
    cities: [
      ['London', 'England', 'SW# #@@'],
      ['London', 'England', 'N# #@@'],
      ['Manchester', 'England', 'M# #@@'],
      ['Birmingham', 'England', 'B# #@@'],
      ['Leeds', 'England', 'LS# #@@'],
      ['Liverpool', 'England', 'L# #@@'],
      ['Bristol', 'England', 'BS# #@@'],
      ['Sheffield', 'England', 'S# #@@'],
      ['Newcastle upon Tyne', 'England', 'NE# #@@'],
      ['Nottingham', 'England', 'NG# #@@'],
      ['Edinburgh', 'Scotland', 'EH# #@@'],
      ['Glasgow', 'Scotland', 'G# #@@'],
      ['Cardiff', 'Wales', 'CF# #@@'],
      ['Belfast', 'Northern Ireland', 'BT# #@@'],
    ],
  },
  {
    code: 'FR',
    locale: 'fr-FR',
    share: 150,
    taxBasisPoints: 2000,
    shippingCents: 590,
    numberFirst: true,
    cities: [
      ['Paris', 'Île-de-France', '750##'],
      ['Versailles', 'Île-de-France', '78000'],
      ['Lyon', 'Auvergne-Rhône-Alpes', '6900#'],
      ['Grenoble', 'Auvergne-Rhône-Alpes', '38000'],
      ['Marseille', "Provence-Alpes-Côte d'Azur", '1300#'],
      ['Nice', "Provence-Alpes-Côte d'Azur", '06000'],
      ['Toulouse', 'Occitanie', '31000'],
      ['Montpellier', 'Occitanie', '34000'],
      ['Bordeaux', 'Nouvelle-Aquitaine', '33000'],
      ['Lille', 'Hauts-de-France', '59000'],
      ['Strasbourg', 'Grand Est', '67000'],
      ['Nantes', 'Pays de la Loire', '44000'],
      ['Rennes', 'Bretagne', '35000'],
      ['Rouen', 'Normandie', '76000'],
    ],
  },
  {
    code: 'ES',
    locale: 'es-ES',
    share: 100,
    taxBasisPoints: 2100,
    shippingCents: 690,
    numberFirst: false,
    cities: [
      ['Madrid', 'Comunidad de Madrid', '280##'],
      ['Barcelona', 'Cataluña', '080##'],
      ['Valencia', 'Comunidad Valenciana', '460##'],
      ['Sevilla', 'Andalucía', '410##'],
      ['Málaga', 'Andalucía', '290##'],
      ['Granada', 'Andalucía', '180##'],
      ['Zaragoza', 'Aragón', '500##'],
      ['Bilbao', 'País Vasco', '480##'],
      ['A Coruña', 'Galicia', '150##'],
      ['Murcia', 'Región de Murcia', '300##'],
      ['Palma', 'Illes Balears', '070##'],
      ['Valladolid', 'Castilla y León', '470##'],
    ],
  },
  {
    code: 'PL',
    locale: 'pl-PL',
    share: 90,
    taxBasisPoints: 2300,
    shippingCents: 690,
    numberFirst: false,
    cities: [
      ['Warszawa', 'Mazowieckie', '00-###'],
      ['Kraków', 'Małopolskie', '30-###'],
      ['Łódź', 'Łódzkie', '90-###'],
      ['Wrocław', 'Dolnośląskie', '50-###'],
      ['Poznań', 'Wielkopolskie', '60-###'],
      ['Gdańsk', 'Pomorskie', '80-###'],
      ['Szczecin', 'Zachodniopomorskie', '70-###'],
      ['Lublin', 'Lubelskie', '20-###'],
      ['Białystok', 'Podlaskie', '15-###'],
      ['Katowice', 'Śląskie', '40-###'],
      ['Rzeszów', 'Podkarpackie', '35-###'],
    ],
  },
];

/** Where the shop keeps its stock: code, name, city, country. */
export const WAREHOUSES: readonly (readonly [
  code: string,
  name: string,
  city: string,
  countryCode: string,
])[] = [
  ['LEJ1', 'Leipzig Central', 'Leipzig', 'DE'],
  ['CGN2', 'Köln West', 'Köln', 'DE'],
  ['LIL1', 'Lille Nord', 'Lille', 'FR'],
  ['MAN1', 'Manchester', 'Manchester', 'GB'],
  ['WRO1', 'Wrocław', 'Wrocław', 'PL'],
  ['CMH1', 'Columbus', 'Columbus', 'US'],
];
