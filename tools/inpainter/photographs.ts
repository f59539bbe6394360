/**
 * The photographs that the bundled inpainter is trained, chosen and judged by, from Debian packages. The first
 * ones, which the study uses too, were fixed before any network was trained, and never moved. Pictures in those packages that are not photographs
 * are left out; so are those of opencv-doc and labelme, which judge others as well.
 */
import {
  type Photograph,
  type PhotographSource,
  photographsIn,
  type SetName,
} from '../debian/photographSets.ts'
import { MORE_SOURCES } from './morePhotographs.ts'

const plasma = (name: string) => `${name}/contents/images/2560x1600.jpg`

const SOURCES: readonly PhotographSource[] = [
  {
    name: 'lomiri-wallpapers-16.04',
    folder: 'usr/share/backgrounds',
    photographs: {
      train: [
        'Bridge_by_Sander_Klootwijk.jpg',
        'Dragonfly_by_Bolly.jpg',
        'Picture_0B_by_freespace.jpg',
        'free_by_Peter_Nerlich.jpg',
        'friends_by_Aitzol_Berasategi.jpg',
        'greentock_by_Peter_Nerlich.jpg',
        'life_by_Aitzol_Berasategi.jpg',
        'seeding_by_Clements_Engelhardt.jpg',
        'umang_by_Abhishek_Mudgal.jpg',
      ],
      valid: ['Picture_1A_by_freespace.jpg', 'sunset_by_Aitzol_Berasategi.jpg'],
      test: [
        'aitzgorri_by_Aitzol_Berasategi.jpg',
        'picosdeeuropa_by_Aitzol_Berasategi.jpg',
        'Wine_by_Jakkub_Mede.jpg',
      ],
    },
  },
  {
    name: 'lomiri-wallpapers-20.04',
    folder: 'usr/share/backgrounds',
    photographs: { train: [], valid: [], test: ['Kleiber_by_Lukas_Baubkus.jpg'] },
  },
  {
    name: 'lxqt-themes',
    folder: 'usr/share/lxqt/wallpapers',
    photographs: {
      train: [
        ...['Butterfly-Kenneth-Wimer.jpg', 'Valendas.png', 'appleflower.png', 'beam.png'],
        ...['butterfly.png', 'cloud.png', 'drop.png', 'fog.jpg', 'this-is-not-windows.jpg'],
      ],
      valid: [],
      test: ['after-the-rain.jpg', 'flowers.png'],
    },
  },
  {
    name: 'mate-backgrounds',
    folder: 'usr/share/backgrounds/mate/nature',
    photographs: {
      train: [
        ...['Aqua.jpg', 'Blinds.jpg', 'FreshFlower.jpg', 'GreenMeadow.jpg', 'RainDrops.jpg'],
        ...['Storm.jpg', 'TwoWings.jpg', 'Wood.jpg'],
      ],
      valid: ['YellowFlower.jpg'],
      test: ['Garden.jpg', 'LadyBird.jpg', 'Dune.jpg'],
    },
  },
  {
    name: 'palapeli-data',
    folder: 'usr/share/palapeli/collection',
    photographs: {
      train: [
        ...['castle-maintenon.jpg', 'cincinnati-bridge.jpg', 'citrus-fruits.jpg'],
        'panther-chameleon-female.jpg',
      ],
      valid: [],
      test: ['european-honey-bee.jpg'],
    },
  },
  {
    name: 'plasma-workspace-wallpapers',
    folder: 'usr/share/wallpapers',
    photographs: {
      train: [
        ...['BytheWater', 'ColorfulCups', 'DarkestHour', 'Grey', 'OneStandsOut', 'Path'],
        'summer_1am',
      ].map(plasma),
      valid: [plasma('FallenLeaf')],
      test: ['ColdRipple', 'Kite', 'EveningGlow'].map(plasma),
    },
  },
  {
    name: 'python3-skimage',
    folder: 'usr/lib/python3/dist-packages/skimage/data',
    photographs: {
      train: [],
      valid: [],
      test: [
        ...['astronaut.png', 'camera.png', 'chelsea.png', 'coffee.png', 'motorcycle_left.png'],
        'rocket.jpg',
      ],
    },
  },
  {
    name: 'python3-sklearn',
    folder: 'usr/lib/python3/dist-packages/sklearn/datasets/images',
    photographs: { train: [], valid: [], test: ['china.jpg', 'flower.jpg'] },
  },
]

/** A set's first photographs; fetches the packages that are not there (217 MB in all). */
export function firstPhotographsOf(set: SetName, workFolder: string): Photograph[] {
  return photographsIn(SOURCES, set, workFolder)
}

/** All of a set's photographs; fetches the packages that are not there (300 MB in all). */
export function photographsOf(set: SetName, workFolder: string): Photograph[] {
  return photographsIn([...SOURCES, ...MORE_SOURCES], set, workFolder)
}
