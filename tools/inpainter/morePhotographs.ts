/**
 * More photographs than the bundled inpainter was first trained on: scenes, buildings and animals, in packages
 * whose purpose is another. Chosen by eye from those with a short side of 256 pixels and more: no drawings,
 * no paintings, nothing cut out. About every tenth validates; none is in the test set.
 */
import { join } from 'node:path'
import type { PhotographSource } from '../debian/photographSets.ts'

/** By folder: names without their ending, blanks between them. */
type Names = Readonly<Record<string, string>>

function files(ending: string, folders: Names): string[] {
  return Object.entries(folders).flatMap(([folder, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => join(folder, `${name}${ending}`)),
  )
}

/** None of them is in the test set, which was there before. */
function photographs(ending: string, train: Names, valid: Names): PhotographSource['photographs'] {
  return { train: files(ending, train), valid: files(ending, valid), test: [] }
}

export const MORE_SOURCES: readonly PhotographSource[] = [
  {
    name: 'gcompris-qt-data',
    folder: 'usr/share/gcompris-qt/rcc',
    inResources: true,
    photographs: photographs(
      '.webp',
      {
        clickgame: 'sea1 sea2 sea3 sea4 sea5',
        erase: `
        alpaca bee butterfly calf camels caterpillar chamaeleon cheetah crab flying_fox
        gibbon giraffe goat gorilla gosling heron horse kingfisher long_nosed_monkey macaque
        meerkats northern_harrier nubian_ibex penguin pika red_panda rhinoceros squirrel
        swans toucan
      `,
        'explore_farm_animals/animals': 'cat chicken cow dog duck horse pig sheep',
        'explore_monuments/egypt': 'bentPyramid greatPyramidOfGiza meidumPyramid redPyramid',
        'explore_monuments/france': `
        arlesAmphitheater chateaudeChambord chateaudeChenonceau eiffelTower montStMichel
        palaisdesPapes pontduGard reimsCathedral rocamadour
      `,
        'explore_monuments/germany': `
        aulaPalatina berlinCathedral brandenburgGate schwerinPalace trierImperialBaths
        wormsCathedral
      `,
        'explore_monuments/india': `
        ajantaCave charminar gatewayofIndia goldenTemple greatStupa hawaMahal mysorePalace
        qutubMinar rangGhar victoriaMemorial
      `,
        'explore_monuments/usa': `
        cabrillo canyondeChelly castillodeSanMarcos castleClinton fortSumter lincolnMemorial
        mountRushmore navajo statueofLiberty
      `,
        'explore_monuments/wonders':
          'chichenItza christTheRedeemer colosseum greatWallofChina machuPicchu tajMahal',
        'explore_world_animals/animals': `
        bison chameleon crocodile dragon giraffe hedgehog jaguar kangaroo lemur moose narwhal
        panda polar_bear scarlet_macaw
      `,
        'explore_world_music/music':
          'africa america australia italy japan mexico middleeast orchestra',
      },
      {
        clickgame: 'sea6',
        erase: 'dolphin kitten spoonbills',
        'explore_farm_animals/animals': 'owl',
        'explore_monuments/france': 'citedeCarcassonne',
        'explore_monuments/germany': 'neuschwansteinCastle',
        'explore_monuments/india': 'konarkSunTemple',
        'explore_monuments/usa': 'georgeWashingtonBirthplace',
        'explore_monuments/wonders': 'petra',
        'explore_world_animals/animals': 'koala',
        'explore_world_music/music': 'ireland',
      },
    ),
  },
  {
    name: 'scratch',
    folder: 'usr/share/scratch/Media/Backgrounds',
    photographs: photographs(
      '.jpg',
      {
        Indoors: 'clothing-store hall kitchen the-movies-inside',
        Nature: `
        beach-malibu canyon flower-bed forest garden-rock gravel-desert hill lake moon
        pathway tree water-and-rocks wave
      `,
        Outdoors: `
        all-sports-mural bench-with-view berkeley-mural boardwalk brick-wall-and-stairs
        brick-wall1 brick-wall2 building-at-mit building-fireproof castle city-with-water2
        driveway graffiti hallway_outdoors hay_field houses mansion mural-faro parking-ramp
        route66 silos the-movies train-tracks1 train-tracks2 village wooden-house
      `,
        Sports: 'baseball-field basketball-court1-a football-field playing-field',
      },
      {
        Nature: 'grand-canyon',
        Outdoors: 'atom-playground city-with-water pool',
        Sports: 'tennis-backboard',
      },
    ),
  },
  {
    name: 'tuxpaint-data',
    folder: 'usr/share/tuxpaint/templates',
    photographs: photographs(
      '.jpg',
      {
        '.': `
        burnt_bark cliff corn_maze jellyfish lighthouse mossy_bark mudstone ocean_splash
        ocean_waves redwoods_above rocks sheep spiders_web sun_behind_clouds
        sun_behind_leaves trees_at_dusk wool_mill_machine
      `,
      },
      {
        '.': 'mossy_log trees_above',
      },
    ),
  },
  {
    name: 'gnome-control-center-data',
    folder: 'usr/share/pixmaps/faces',
    photographs: photographs(
      '.jpg',
      {
        '.': `
        bicycle book calculator cat flower2 gamepad guitar2 headphones hummingbird mountain
        plane surfer tomatoes
      `,
      },
      {
        '.': 'coffee2 tree',
      },
    ),
  },
]
